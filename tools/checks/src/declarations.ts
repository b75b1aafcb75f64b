import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runTool, textOf } from './command.ts'
import { readCompilerOutput } from './compiler-output.ts'
import { publicEntries } from './entries.ts'
import type { Finding, Gate, GateResult } from './gate.ts'
import { emptyFolder, linkFolder, linkPackages } from './scratch.ts'
import { buildFirst } from './turbo-gates.ts'
import { webEntries } from './web.ts'
import type { Workspace } from './workspace.ts'

export const declarationsGate: Gate = {
  name: 'declarations',
  script: 'check:declarations',
  holds: 'TypeScript 5.9 accepts the built declarations, dependencies included, in a strict project of a user',
  run: checkDeclarations,
}

const strictest = {
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  noPropertyAccessFromIndexSignature: true,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  skipLibCheck: false,
  noEmit: true,
  target: 'ES2022',
}

const browser = { types: [], lib: ['ES2022', 'ESNext.Disposable', 'DOM', 'DOM.Iterable', 'DOM.AsyncIterable'] }

/** Compiles a user's project that imports every export path, once as Node resolves and once as a bundler does. */
async function checkDeclarations(workspace: Workspace): Promise<GateResult> {
  const broken = await buildFirst(workspace)
  if (broken.length > 0) return { summary: 'not built', findings: broken }
  const folder = emptyFolder(workspace, 'declarations')
  linkPackages(folder, workspace.packages)
  linkFolder(folder, '@types/node', join(workspace.root, 'node_modules/@types/node'))
  const entries = publicEntries(workspace)
  const node = { types: ['node'], lib: ['ES2023', 'ESNext.Disposable'] }
  const findings = [
    ...(await compile(folder, 'web', webEntries, { ...browser, module: 'ESNext', moduleResolution: 'Bundler' })),
    ...(await compile(folder, 'node', entries, { ...node, module: 'NodeNext', moduleResolution: 'NodeNext' })),
  ]
  return {
    summary: `${entries.length} export paths with Node, ${webEntries.length} with a bundler and no Node`,
    findings,
  }
}

async function compile(
  folder: string,
  name: string,
  entries: readonly string[],
  options: Readonly<Record<string, unknown>>,
): Promise<readonly Finding[]> {
  const lines = entries.map((entry, index) => `export * as entry${index} from '${entry}'\n`)
  writeFileSync(join(folder, `${name}.ts`), lines.join(''))
  const config = { compilerOptions: { ...strictest, ...options }, files: [`${name}.ts`] }
  writeFileSync(join(folder, `tsconfig.${name}.json`), JSON.stringify(config, null, 2))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n')
  const result = await runTool('typescript5#tsc', ['-p', `tsconfig.${name}.json`, '--pretty', 'false'], { cwd: folder })
  if (result.code === 0) return []
  return readCompilerOutput(textOf(result)).map(({ file = name, line, problem }) => ({
    where: `${file.replace(/^(?:\.\.\/)+/, '')}${line === undefined ? '' : `:${line}`}`,
    problem,
  }))
}
