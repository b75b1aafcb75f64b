import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import type { Bench } from '../bench.ts'
import { columnsWith } from '../columns.ts'
import { findInstalled, type Installed } from '../installed.ts'
import { inGroups } from '../numbers.ts'

const plain = columnsWith('package').map(({ name, package: specifier }) => ({ name, specifier }))
const typed = columnsWith('apiPackage').map(({ name, apiPackage }) => ({ name, specifier: apiPackage }))

/** What a user of the package gets: bytes over the wire, bytes on the disk, and how many packages. */
export const size: Bench = {
  name: 'size',
  measures: Object.entries({
    plain: { text: '', entries: plain },
    typed: { text: ' of one API', entries: typed },
  }).flatMap(([id, { text, entries }]) => {
    const columns = entries.map(({ name }) => name)
    return [
      {
        id: `${id} bundle`,
        text: `Size${text}: bundle, min + gzip`,
        ...(id === 'plain' && { goal: '≤ 25 kB' }),
        columns,
      },
      { id: `${id} installed`, text: `Size${text}: installed with all dependencies`, columns },
      {
        id: `${id} packages`,
        text: `Size${text}: dependencies, all levels`,
        ...(id === 'plain' && { goal: '1' }),
        columns,
      },
    ]
  }),
  async run({ record, attempt }) {
    for (const [id, entries] of Object.entries({ plain, typed })) {
      for (const { name, specifier } of entries) {
        await attempt(specifier, async () => {
          const installed = findInstalled(specifier)
          record(`${id} bundle`, name, `${inGroups((await bundledBytes(specifier)) / 1000)} kB`)
          record(`${id} installed`, name, `${(sum(installed) / 1e6).toFixed(2)} MB`)
          record(`${id} packages`, name, inGroups(installed.length - 1))
        })
      }
    }
  },
}

const sum = (installed: readonly Installed[]): number => installed.reduce((total, { bytes }) => total + bytes, 0)

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
