import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import type { Bench, Measure } from '../bench.ts'
import { columnsWith, ours } from '../columns.ts'
import { findInstalled } from '../installed.ts'
import { inGroups } from '../numbers.ts'

interface Kind {
  readonly id: string
  readonly of: string
  readonly goals?: { readonly bundle: string; readonly dependencies: string }
  readonly entries: readonly { readonly name: string; readonly specifier: string }[]
}

const kinds: readonly Kind[] = [
  {
    id: 'core',
    of: 'Authorized calls',
    goals: { bundle: '≤ 25 kB', dependencies: '1' },
    entries: columnsWith('package').map(({ name, package: specifier }) => ({ name, specifier })),
  },
  {
    id: 'api',
    of: 'Typed calls of one API',
    entries: columnsWith('apiPackage').map(({ name, apiPackage }) => ({ name, specifier: apiPackage })),
  },
  { id: 'voice', of: 'Typed calls of GoTo Voice', entries: [{ name: ours, specifier: '@grantkit/goto-voice' }] },
]

/** What a user of the package gets: bytes over the wire, bytes on the disk, and how many packages. */
export const size: Bench = {
  name: 'size',
  measures: kinds.flatMap(measuresOf),
  async run({ record, attempt }) {
    for (const { id, entries } of kinds) {
      for (const { name, specifier } of entries) {
        await attempt(specifier, async () => {
          const installed = findInstalled(specifier)
          const bytes = installed.reduce((total, each) => total + each.bytes, 0)
          record(`${id} bundle`, name, `${((await bundledBytes(specifier)) / 1000).toFixed(1)} kB`)
          record(`${id} installed`, name, `${(bytes / 1e6).toFixed(2)} MB`)
          record(`${id} dependencies`, name, inGroups(installed.length - 1))
        })
      }
    }
  },
}

function measuresOf({ id, of, goals, entries }: Kind): readonly Measure[] {
  const columns = entries.map(({ name }) => name)
  return [
    { id: `${id} bundle`, text: `${of}: bundle, min + gzip`, ...(goals && { goal: goals.bundle }), columns },
    { id: `${id} installed`, text: `${of}: installed, dependencies included`, columns },
    { id: `${id} dependencies`, text: `${of}: dependencies`, ...(goals && { goal: goals.dependencies }), columns },
  ]
}

async function bundledBytes(specifier: string): Promise<number> {
  const { outputFiles } = await build({
    // A namespace keeps every export alive, so nothing is counted out by tree shaking.
    stdin: { contents: `export * as all from '${specifier}'`, resolveDir: import.meta.dirname },
    bundle: true,
    write: false,
    minify: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'silent',
  })
  return outputFiles.reduce((bytes, file) => bytes + gzipSync(file.contents, { level: 9 }).length, 0)
}
