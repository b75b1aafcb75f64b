import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { runTool, textOf } from './command.ts'
import { readCompilerOutput, type Complaint } from './compiler-output.ts'
import type { Document } from './docs.ts'
import type { Finding } from './gate.ts'
import type { CodeBlock } from './markdown.ts'
import { emptyFolder, linkFolder, linkPackages } from './scratch.ts'
import type { Workspace, WorkspacePackage } from './workspace.ts'

/** A block marked to run, written out as a file. */
export interface Program {
  readonly where: string
  readonly path: string
}

/** Writes each block as a module and compiles all of them against the packages as a user would see them. */
export async function compileBlocks(
  workspace: Workspace,
  documents: readonly Document[],
): Promise<{ findings: readonly Finding[]; programs: readonly Program[] }> {
  const folder = emptyFolder(workspace, 'docs')
  const written = documents.flatMap((document) => writeBlocks(workspace, folder, document))
  const base = relative(folder, join(workspace.root, 'tsconfig.base.json')).replaceAll('\\', '/')
  const compilerOptions = { noUnusedLocals: false, noUnusedParameters: false }
  const config = { extends: base, compilerOptions, files: written.map(({ path }) => relative(folder, path)) }
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n')
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config, null, 2))
  const programs = written.filter(({ runs }) => runs)
  if (written.length === 0) return { findings: [], programs }
  const result = await runTool('typescript#tsc', ['-p', 'tsconfig.json', '--pretty', 'false'], { cwd: folder })
  return { findings: result.code === 0 ? [] : readCompilerOutput(textOf(result)).map(findingOf), programs }
}

function writeBlocks(
  workspace: Workspace,
  folder: string,
  document: Document,
): readonly (Program & { runs: boolean })[] {
  if (document.blocks.length === 0) return []
  const home = join(folder, document.file)
  mkdirSync(home, { recursive: true })
  linkPackages(
    home,
    workspace.packages.filter((pkg) => pkg.isPublic),
  )
  for (const owner of workspace.packages) {
    if (dirname(document.file).startsWith(owner.folder)) linkDependencies(home, owner)
  }
  return document.blocks.map((block, index) => {
    const path = join(home, `line-${block.line}.ts`)
    writeFileSync(path, moduleOf(document.blocks.slice(0, index + 1)))
    return { where: `${document.file}:${block.line}`, path, runs: block.runs }
  })
}

// Whoever reads a package's README has its dependencies installed, too, and the peers it speaks of.
function linkDependencies(home: string, owner: WorkspacePackage): void {
  const { dependencies, peerDependencies } = owner.manifest
  for (const name of Object.keys({ ...dependencies, ...peerDependencies })) {
    if (!name.startsWith('@grantkit/')) linkFolder(home, name, join(owner.path, 'node_modules', name))
  }
}

/** The module a block stands for, each line where it stands in the document, so that positions agree. */
export function moduleOf(blocks: readonly CodeBlock[]): string {
  const start = blocks.findLastIndex((block) => !block.continues)
  const lines: string[] = []
  for (const block of blocks.slice(Math.max(start, 0))) {
    while (lines.length < block.line - 1) lines.push('')
    lines.push(...block.code.split('\n'))
  }
  return `${lines.join('\n')}\nexport {}\n`
}

function findingOf({ file = 'docs', line, problem }: Complaint): Finding {
  const document = file.replace(/[\\/]line-\d+\.ts$/, '')
  return { where: line === undefined ? document : `${document}:${line}`, problem }
}
