import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { compileBlocks } from './docs-blocks.ts'
import { runBlocks } from './docs-run.ts'
import type { Finding, Gate, GateResult } from './gate.ts'
import { anchors, codeBlocks, links, type CodeBlock } from './markdown.ts'
import { trackedFiles } from './tracked-files.ts'
import type { Workspace } from './workspace.ts'

export const docsGate: Gate = {
  name: 'docs',
  script: 'check:docs',
  holds: 'TypeScript in every document compiles, quick starts run against the sandbox, links and commands exist',
  run: checkDocs,
}

/** A Markdown file of the repository. */
export interface Document {
  readonly file: string
  readonly text: string
  readonly blocks: readonly CodeBlock[]
}

async function checkDocs(workspace: Workspace): Promise<GateResult> {
  const documents = await readDocuments(workspace.root)
  const written = documents.flatMap((document) => [
    ...linkFindings(workspace.root, document),
    ...commandFindings(workspace, document),
  ])
  const compiled = await compileBlocks(workspace, documents)
  // A program that does not compile would only say the same again, less clearly.
  const ran = compiled.findings.length === 0 ? await runBlocks(workspace, compiled.programs) : []
  const count = documents.reduce((sum, { blocks }) => sum + blocks.length, 0)
  return {
    summary: `${documents.length} documents, ${count} blocks compiled, ${compiled.programs.length} programs run`,
    findings: [...written, ...compiled.findings, ...ran],
  }
}

async function readDocuments(root: string): Promise<readonly Document[]> {
  const files = (await trackedFiles(root)).filter((file) => file.endsWith('.md') && !file.endsWith('CHANGELOG.md'))
  return files.map((file) => {
    const text = readFileSync(join(root, file), 'utf8')
    return { file, text, blocks: codeBlocks(text) }
  })
}

/** Relative links that lead nowhere: no such file, or no such heading in it. */
export function linkFindings(root: string, document: Pick<Document, 'file' | 'text'>): readonly Finding[] {
  return links(document.text)
    .filter(({ target }) => !/^[a-z][a-z+.-]*:/i.test(target))
    .flatMap(({ line, target }) => {
      const problem = linkProblem(root, document, target)
      return problem === undefined ? [] : [{ where: `${document.file}:${line}`, problem }]
    })
}

function linkProblem(root: string, document: Pick<Document, 'file' | 'text'>, target: string): string | undefined {
  const [path = '', anchor] = decodeURI(target).split('#')
  const file = path === '' ? document.file : normalize(join(dirname(document.file), path))
  if (relative('.', file).startsWith('..')) return `links to ${target}, outside the repository`
  if (!existsSync(join(root, file))) return `links to ${target}, which does not exist`
  if (anchor === undefined || !file.endsWith('.md') || statSync(join(root, file)).isDirectory()) return undefined
  const known = anchors(path === '' ? document.text : readFileSync(join(root, file), 'utf8'))
  return known.has(anchor) ? undefined : `links to ${target}, but no heading is called that`
}

// What pnpm does itself, without a script of ours.
const pnpmCommands = ['install', 'exec', 'run', 'pack', 'publish', 'add', 'dlx', '--filter', '-r', '--dir', '-C']

/** Commands in the text that name a script the root does not have. */
export function commandFindings(workspace: Workspace, document: Pick<Document, 'file' | 'text'>): readonly Finding[] {
  const scripts = Object.keys(workspace.manifest.scripts ?? {})
  return document.text.split('\n').flatMap((line, index) =>
    [...line.matchAll(/npx -y pnpm@12 ([\w:-]+)/g)]
      .map(([, command = '']) => command)
      .filter((command) => !scripts.includes(command) && !pnpmCommands.includes(command))
      .map((command) => ({
        where: `${document.file}:${index + 1}`,
        problem: `names the command "${command}", which the root package.json does not have`,
      })),
  )
}
