import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A changeset as it lies in its folder. */
export interface Changeset {
  /** Path from the root. */
  readonly file: string
  /** The packages it names, each with its bump. */
  readonly bumps: ReadonlyMap<string, string>
  /** What it tells users. */
  readonly text: string
}

/** Reads every changeset that waits for the next release. */
export function readChangesets(root: string): readonly Changeset[] {
  const folder = join(root, '.changeset')
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((file) => file.endsWith('.md') && file !== 'README.md')
    .toSorted()
    .map((file) => parseChangeset(`.changeset/${file}`, readFileSync(join(folder, file), 'utf8')))
}

function parseChangeset(file: string, source: string): Changeset {
  const [, head = '', text = ''] = /^---\n([\s\S]*?)---\n([\s\S]*)$/.exec(source) ?? []
  const lines = head.matchAll(/^['"]?(@?[\w/-]+)['"]?:\s*(\w*)/gm)
  return { file, bumps: new Map([...lines].map(([, name = '', bump = '']) => [name, bump])), text: text.trim() }
}
