/** A fenced block of TypeScript in a document. */
export interface CodeBlock {
  /** Line of the first code line, counted from 1. */
  readonly line: number
  readonly code: string
  /** `<!-- run -->` before the block: it is a program, and is executed. */
  readonly runs: boolean
  /** `<!-- continues -->` before the block: it goes on where the block before it ended. */
  readonly continues: boolean
}

/** A link with where it stands. */
export interface Link {
  readonly line: number
  readonly target: string
}

const fence = /^ {0,3}(`{3,}|~{3,})\s*(\S*)/
const mark = /^<!--\s*(run|continues)\s*-->$/

/** The TypeScript blocks of a document, in order. */
export function codeBlocks(text: string): readonly CodeBlock[] {
  const blocks: CodeBlock[] = []
  const marks = new Set<string>()
  eachBlock(text, {
    prose: (line) => {
      const [, name] = mark.exec(line.trim()) ?? []
      if (name !== undefined) marks.add(name)
      else if (line.trim() !== '') marks.clear()
    },
    block: (language, line, code) => {
      const typed = language === 'ts' || language === 'typescript'
      if (typed) blocks.push({ line, code, runs: marks.has('run'), continues: marks.has('continues') })
      marks.clear()
    },
  })
  return blocks
}

/** The inline and reference links of a document, outside code. */
export function links(text: string): readonly Link[] {
  const found: Link[] = []
  eachBlock(text, {
    prose: (line, number) => {
      const bare = line.replaceAll(/`[^`]*`/g, '')
      for (const [, inline, reference] of bare.matchAll(/\]\(<?([^)\s>]+)[^)]*\)|^\[[^\]]+\]:\s*(\S+)/g)) {
        found.push({ line: number, target: inline ?? reference ?? '' })
      }
    },
    block: () => undefined,
  })
  return found
}

/** The anchors GitHub gives the headings of a document. */
export function anchors(text: string): ReadonlySet<string> {
  const slugs = new Map<string, number>()
  const found = new Set<string>()
  eachBlock(text, {
    prose: (line) => {
      const [, heading] = /^#{1,6}\s+(.+?)\s*#*$/.exec(line) ?? []
      if (heading === undefined) return
      const slug = slugOf(heading)
      const seen = slugs.get(slug) ?? 0
      slugs.set(slug, seen + 1)
      found.add(seen === 0 ? slug : `${slug}-${seen}`)
    },
    block: () => undefined,
  })
  return found
}

function slugOf(heading: string): string {
  return heading
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-')
}

interface Visitor {
  prose(line: string, number: number): void
  block(language: string, line: number, code: string): void
}

function eachBlock(text: string, visitor: Visitor): void {
  let open: { marker: string; language: string; line: number; code: string[] } | undefined
  for (const [index, line] of text.split('\n').entries()) {
    const [, marker = '', language = ''] = fence.exec(line) ?? []
    if (open === undefined) {
      if (marker === '') visitor.prose(line, index + 1)
      else open = { marker, language, line: index + 2, code: [] }
    } else if (marker.startsWith(open.marker) && language === '') {
      visitor.block(open.language, open.line, open.code.join('\n'))
      open = undefined
    } else {
      open.code.push(line)
    }
  }
}
