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

interface Program {
  readonly head: string
  readonly givenOnce?: string
}

/** The same calls, written for each client. */
const programs: Readonly<Record<string, Readonly<Record<string, Program>>>> = {
  'google-calendar': {
    plain: plainProgram('google-calendar'),
    'each parameter in each call': ourProgram('google-calendar', 'GoogleCalendar', '{ connection }'),
  },
  'goto-voice': {
    plain: plainProgram('goto-voice'),
    'each parameter in each call': ourProgram('goto-voice', 'GotoVoice', '{ connection }'),
    'the account key given once': {
      ...ourProgram('goto-voice', 'GotoVoice', `{ connection, accountKey: '1' }`),
      givenOnce: 'accountKey',
    },
  },
}

function plainProgram(api: string): Program {
  const imports = `import createClient from 'openapi-fetch'\nimport type { paths } from '@grantkit/${api}'`
  return { head: `${imports}\nconst client = createClient<paths>({ baseUrl: 'https://api.example.com' })` }
}

function ourProgram(api: string, name: string, options: string): Program {
  const imports = `import { create${name}, type ${name}Options } from '@grantkit/${api}'`
  const connection = `declare const connection: ${name}Options['connection']`
  return { head: `${imports}\n${connection}\nconst client = create${name}(${options})` }
}

async function checkTypeCost(workspace: Workspace): Promise<GateResult> {
  const folder = emptyFolder(workspace, 'type-cost')
  linkPackages(folder, workspace.packages)
  linkFolder(folder, 'openapi-fetch', join(workspace.root, 'packages/api-client/node_modules/openapi-fetch'))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n')
  const results = []
  for (const api of Object.keys(programs)) {
    writePrograms(workspace, folder, api)
    for (const [compiler, tool] of Object.entries(compilers)) results.push(await compare(folder, api, compiler, tool))
  }
  return {
    summary: `${count} calls of ${Object.keys(programs).join(' and of ')}`,
    details: results.flatMap(({ details }) => details),
    findings: results.flatMap(({ findings }) => findings),
  }
}

function writePrograms(workspace: Workspace, folder: string, api: string): void {
  const document = readFileSync(join(workspace.root, 'specs', api, 'openapi.json'), 'utf8')
  const operations = callableOperations(JSON.parse(document))
  const base = relative(folder, join(workspace.root, 'tsconfig.base.json')).replaceAll('\\', '/')
  for (const [name, program] of Object.entries(programs[api] ?? {})) {
    const file = `${api}, ${name}`
    writeFileSync(join(folder, `${file}.ts`), `${typedCalls(operations, { count, ...program })}export {}\n`)
    const config = { extends: base, compilerOptions: { types: [] }, files: [`${file}.ts`] }
    writeFileSync(join(folder, `${file}.json`), JSON.stringify(config))
  }
}

interface Comparison {
  readonly details: readonly string[]
  readonly findings: readonly Finding[]
}

/** Compares the clients of an API in one compiler. */
async function compare(folder: string, api: string, compiler: string, tool: string): Promise<Comparison> {
  const costs = new Map<string, number>()
  for (const name of Object.keys(programs[api] ?? {})) {
    const file = `${api}, ${name}`
    const result = await runTool(tool, ['-p', `${file}.json`, '--extendedDiagnostics'], { cwd: folder })
    const cost = instantiationsIn(result.stdout)
    if (result.code !== 0 || cost === undefined) {
      return { details: [], findings: [{ where: `${compiler}, ${file}`, problem: textOf(result) }] }
    }
    costs.set(name, cost)
  }
  const base = costs.get('plain') ?? Number.NaN
  const ratios = [...costs].filter(([name]) => name !== 'plain').map(([name, cost]) => ({ name, ratio: cost / base }))
  return {
    details: ratios.map(({ name, ratio }) => `${api}, ${name}, ${compiler}: ${ratio.toFixed(2)} of openapi-fetch`),
    findings: ratios.flatMap(({ name, ratio }) => overLimit(`${compiler}, ${api}, ${name}`, ratio)),
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
