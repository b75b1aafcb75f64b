import { readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { runTool, textOf } from './command.ts'
import type { Finding, Gate, GateResult } from './gate.ts'
import { emptyFolder, linkFolder, linkPackages } from './scratch.ts'
import { callableOperations, typedCalls } from './typed-calls.ts'
import type { Workspace } from './workspace.ts'

export const typeCostGate: Gate = {
  name: 'type-cost',
  script: 'check:type-cost',
  holds: 'typed calls cost the compiler little more than those of plain openapi-fetch, in TypeScript 7 and 5.9',
  run: checkTypeCost,
}

const limit = 1.25
const count = 100
const compilers = { 'TypeScript 7': 'typescript#tsc', 'TypeScript 5.9': 'typescript5#tsc' }

const connection = `declare const connection: GotoVoiceOptions['connection']`
const ours = `import { createGotoVoice, type GotoVoiceOptions } from '@grantkit/goto-voice'\n${connection}`
const plain = `import createClient from 'openapi-fetch'\nimport type { paths } from '@grantkit/goto-voice'`

/** The same calls, written for each client. */
const programs = {
  plain: { head: `${plain}\nconst client = createClient<paths>({ baseUrl: 'https://api.example.com' })` },
  'each parameter in each call': { head: `${ours}\nconst client = createGotoVoice({ connection })` },
  'the account key given once': {
    head: `${ours}\nconst client = createGotoVoice({ connection, accountKey: '1' })`,
    givenOnce: 'accountKey',
  },
}

async function checkTypeCost(workspace: Workspace): Promise<GateResult> {
  const folder = emptyFolder(workspace, 'type-cost')
  linkPackages(folder, workspace.packages)
  linkFolder(folder, 'openapi-fetch', join(workspace.root, 'packages/api-client/node_modules/openapi-fetch'))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n')
  const document = readFileSync(join(workspace.root, 'specs/goto-voice/openapi.json'), 'utf8')
  const operations = callableOperations(JSON.parse(document))
  for (const [name, program] of Object.entries(programs)) {
    writeFileSync(join(folder, `${name}.ts`), `${typedCalls(operations, { count, ...program })}export {}\n`)
    const base = relative(folder, join(workspace.root, 'tsconfig.base.json')).replaceAll('\\', '/')
    const config = { extends: base, compilerOptions: { types: [] }, files: [`${name}.ts`] }
    writeFileSync(join(folder, `${name}.json`), JSON.stringify(config))
  }
  const results = []
  for (const [compiler, tool] of Object.entries(compilers)) results.push(await compare(folder, compiler, tool))
  return {
    summary: `${count} calls of goto-voice, ${results.map(({ details }) => details).join('; ')}`,
    findings: results.flatMap(({ findings }) => findings),
  }
}

/** Compares the clients in one compiler. */
async function compare(
  folder: string,
  compiler: string,
  tool: string,
): Promise<{ details: string; findings: readonly Finding[] }> {
  const costs = new Map<string, number>()
  for (const name of Object.keys(programs)) {
    const result = await runTool(tool, ['-p', `${name}.json`, '--extendedDiagnostics'], { cwd: folder })
    const cost = instantiationsIn(result.stdout)
    if (result.code !== 0 || cost === undefined) {
      return { details: compiler, findings: [{ where: `${compiler}, ${name}`, problem: textOf(result) }] }
    }
    costs.set(name, cost)
  }
  const base = costs.get('plain') ?? Number.NaN
  const ratios = [...costs].filter(([name]) => name !== 'plain').map(([name, cost]) => ({ name, ratio: cost / base }))
  return {
    details: `${compiler}: ${ratios.map(({ name, ratio }) => `${ratio.toFixed(2)} (${name})`).join(', ')}`,
    findings: ratios.flatMap(({ name, ratio }) => overLimit(`${compiler}, ${name}`, ratio)),
  }
}

/** Reads how many types the compiler made out of others, its measure of work. */
export function instantiationsIn(diagnostics: string): number | undefined {
  const found = /^Instantiations:\s+(\d+)/m.exec(diagnostics)?.[1]
  return found === undefined ? undefined : Number(found)
}

export function overLimit(where: string, ratio: number): readonly Finding[] {
  if (ratio <= limit) return []
  const problem = `takes ${ratio.toFixed(2)} times the instantiations of plain openapi-fetch, more than ${limit}`
  return [{ where, problem }]
}
