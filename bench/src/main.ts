import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { readArguments } from './arguments.ts'
import { runBenches } from './bench.ts'
import { benches } from './benches.ts'
import { columns } from './columns.ts'
import { writeResults } from './results.ts'
import { writeTable } from './table.ts'

const given = readArguments(process.argv.slice(2), benches)
if ('problem' in given) {
  console.error(`${given.problem}\n\nUsage: npx -y pnpm@12 bench [--quick | --write] [NAME…]`)
  console.error(`Benches: ${benches.map(({ name }) => name).join(', ')}`)
  process.exit(2)
}

const { figures, passed, failures } = await runBenches(given.benches, { quick: given.quick, say: console.error })
const table = writeTable(
  given.benches,
  columns.map(({ name }) => name),
  figures,
)
console.log(table)
if (given.write) writeFileSync(resolve(import.meta.dirname, '../RESULTS.md'), writeResults(table))
for (const failure of failures) console.error(`failed: ${failure}`)
console.error(`${passed} passed, ${failures.length} failed, 0 skipped`)
process.exit(failures.length === 0 ? 0 : 1)
