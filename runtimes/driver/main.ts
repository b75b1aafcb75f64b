// The core suite in every runtime, or in those whose names are given: `pnpm test:runtimes deno bun`.
import { bundleSuite } from './bundle.ts'
import { compareRuns } from './compare-runs.ts'
import { countFailures, describeResults, describeRun, describeTotal } from './report.ts'
import { runIn, type Run } from './run.ts'
import { runtimes } from './runtimes.ts'

const asked = process.argv.slice(2).map((name) => name.toLowerCase())
const isAsked = (name: string): boolean => asked.length === 0 || asked.some((part) => name.toLowerCase().includes(part))
const chosen = runtimes.filter(({ name }) => isAsked(name))
if (chosen.length === 0) {
  console.error(`No such runtime. There are: ${runtimes.map(({ name }) => name).join(', ')}`)
  process.exit(1)
}

const bundle = await bundleSuite().catch(() => {
  // esbuild has said why.
  console.log(describeTotal([{ name: 'bundles', problem: 'It does not.' }]))
  process.exit(1)
})
const runs: Run[] = []
for (const runtime of chosen) {
  const run = await runIn(runtime, bundle)
  console.log(describeRun(run))
  runs.push(run)
}
await bundle.remove()

const comparison = compareRuns(runs)
console.log(describeResults('same tests in all of them', comparison))
const results = [...runs.flatMap((run) => run.results), ...comparison]
console.log(describeTotal(results))
process.exit(countFailures(results) === 0 ? 0 : 1)
