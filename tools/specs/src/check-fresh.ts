import { relative } from 'node:path'
import { buildOutputs } from './build-outputs.ts'
import { findGenerators, type Generator } from './find-generators.ts'
import { resolveApi } from './resolve-api.ts'
import type { ResolvedSpec } from './resolve-spec.ts'
import { SpecsError } from './specs-error.ts'
import type { Surroundings } from './surroundings.ts'
import { listApis, readSpecFiles, readTextIfThere } from './workspace.ts'

interface Stale {
  readonly file: string
  readonly state: 'missing' | 'stale'
  /** The command that mends it, without the package manager. */
  readonly fix: string
}

/** Tells how many files are what the specs say; the error of those that are not names the command that mends them. */
export async function reportFresh({ root, out }: Surroundings): Promise<void> {
  const { apis, files } = await checkFresh(root)
  out(`${files} generated files of ${apis === 1 ? 'one API' : `${apis} APIs`} are fresh\n`)
}

/** Regenerates everything in memory and compares; one error names the files that differ and the command that mends them. */
export async function checkFresh(root: string): Promise<{ apis: number; files: number }> {
  const generators = findGenerators(root)
  const files = new Map<string, Stale | undefined>()
  const apis = listApis(root)
  for (const api of apis) {
    const spec = await resolveApi(root, api)
    for (const generator of generatorsFor(root, api, generators)) await compare(root, spec, generator, files)
  }
  for (const generator of generators) readSpecFiles(root, generator.command.api)
  const stale = [...files.values()]
    .filter((entry) => entry !== undefined)
    .toSorted((a, b) => (a.file < b.file ? -1 : 1))
  if (stale.length > 0) throw staleError(stale)
  return { apis: apis.length, files: files.size }
}

/** An API that no package generates from still has its resolved document. */
function generatorsFor(root: string, api: string, generators: readonly Generator[]): Generator[] {
  const found = generators.filter((generator) => generator.command.api === api)
  return found.length > 0 ? found : [{ packageName: '@grantkit/specs', cwd: root, command: { name: 'resolve', api } }]
}

async function compare(
  root: string,
  spec: ResolvedSpec,
  generator: Generator,
  files: Map<string, Stale | undefined>,
): Promise<void> {
  const outputs = await buildOutputs(spec, generator.command, { root, cwd: generator.cwd })
  for (const [path, text] of outputs) {
    if (files.has(path)) continue
    const actual = readTextIfThere(path)
    const file = relative(root, path).replaceAll('\\', '/')
    const fix =
      generator.packageName === '@grantkit/specs'
        ? `--filter @grantkit/specs specs resolve ${generator.command.api}`
        : `--filter ${generator.packageName} generate`
    files.set(path, actual === text ? undefined : { file, state: actual === undefined ? 'missing' : 'stale', fix })
  }
}

function staleError(stale: readonly Stale[]): SpecsError {
  const lines = stale.map((entry) => `  ${entry.state.padEnd(7)}  ${entry.file}`)
  const fixes = [...new Set(stale.map((entry) => `  npx -y pnpm@12 ${entry.fix}`))]
  const count = stale.length === 1 ? 'One generated file is' : `${stale.length} generated files are`
  return new SpecsError(
    'stale_files',
    `${count} not what the specs say:\n${lines.join('\n')}\nTo mend it:\n${fixes.join('\n')}`,
  )
}
