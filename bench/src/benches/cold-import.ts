import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import type { Bench } from '../bench.ts'
import { columnsWith } from '../columns.ts'
import { asRatio, median } from '../numbers.ts'

const plain = columnsWith('package').map(({ name, package: specifier }) => ({ name, specifier }))
const typed = columnsWith('apiPackage').map(({ name, apiPackage }) => ({ name, specifier: apiPackage }))
// The one library that every OAuth client on web standards could be built on, and that ours is.
const floor = 'oauth4webapi'

const home = resolve(import.meta.dirname, '../..')
const program = `const startMs = performance.now()
await import(process.argv[1])
process.stdout.write(String(performance.now() - startMs))`

/** How long the import takes in a process that has loaded nothing else. */
export const coldImport: Bench = {
  name: 'cold-import',
  measures: [
    {
      id: 'plain',
      text: 'Cold import, next to that of oauth4webapi',
      goal: '≤ 1.6×',
      columns: plain.map(({ name }) => name),
    },
    {
      id: 'typed',
      text: 'Cold import of one API, next to that of oauth4webapi',
      columns: typed.map(({ name }) => name),
    },
  ],
  async run({ quick, record, attempt }) {
    const specifiers = [...new Set([floor, ...[...plain, ...typed].map(({ specifier }) => specifier)])]
    const timesMs = new Map<string, number[]>(specifiers.map((specifier) => [specifier, []]))
    const rounds = quick ? 1 : 40
    for (let round = 1; round <= rounds; round += 1) {
      await attempt(`round ${round} of ${rounds}`, async () => {
        for (const [specifier, times] of timesMs) times.push(await importMs(specifier))
      })
    }
    const medianOf = (specifier: string): number => median(timesMs.get(specifier) ?? [])
    for (const [id, entries] of Object.entries({ plain, typed })) {
      for (const { name, specifier } of entries) {
        const ms = medianOf(specifier)
        record(id, name, `${ms.toFixed(0)} ms, ${asRatio(ms / medianOf(floor))}`)
      }
    }
  },
}

async function importMs(specifier: string): Promise<number> {
  // A compile cache of the machine would make it warm.
  const env = { ...process.env, NODE_COMPILE_CACHE: undefined }
  const run = promisify(execFile)
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', program, specifier], {
    cwd: home,
    env,
  })
  return Number(stdout)
}
