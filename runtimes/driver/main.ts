// The core suite in every runtime, or in those whose names are given: `pnpm test:runtimes deno bun`.
import { bundleSuite } from './bundle.ts'
import { countFailures, describeRun, describeTotal } from './report.ts'
import { compareRuns, runIn, type Run } from './run.ts'
import { runtimes } from './runtimes.ts'

const asked = process.argv.slice(2).map((name) => name.toLowerCase())
const isAsked = (name: string): boolean => asked.length === 0 || asked.some((part) => name.toLowerCase().includes(part))
const chosen = runtimes.filter(({ name }) => isAsked(name))
if (chosen.length === 0) {
  console.error(`No such runtime. There are: ${runtimes.map(({ name }) => name).join(', ')}`)
  process.exit(1)
}

const bundle = await bundleSuite()
const ended: Run[] = []
for (const runtime of chosen) {
  console.log(`…      ${runtime.name}`)
  ended.push(await runIn(runtime, bundle))
}
await bundle.remove()

const runs = compareRuns(ended)
for (const run of runs) console.log(describeRun(run))
console.log(describeTotal(runs))
process.exit(countFailures(runs) === 0 ? 0 : 1)
