import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { blindSpots, coverageTable } from './coverage.ts'
import { generateScenario } from './generate.ts'
import { playEverywhere } from './play-everywhere.ts'
import { play } from './play.ts'
import { show } from './show.ts'
import { shrink } from './shrink.ts'

const usage = `Plays many histories of the shipped auth client, each with faults of its own, and checks all of them.

  --histories <n>  how many, 1,000,000 by default
  --first <seed>   the seed to begin with, 0 by default
  --workers <n>    how many threads, one a core by default
  --seed <seed>    plays one history and tells its story`

const { values } = parseArgs({
  options: {
    histories: { type: 'string', default: '1000000' },
    first: { type: 'string', default: '0' },
    workers: { type: 'string', default: `${availableParallelism()}` },
    seed: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) console.log(usage)
else if (values.seed === undefined) process.exitCode = (await playMany()) ? 0 : 1
else process.exitCode = (await tell(Number(values.seed))) ? 0 : 1

async function playMany(): Promise<boolean> {
  const histories = Number(values.histories)
  const startMs = performance.now()
  const { coverage, failures } = await playEverywhere({
    first: Number(values.first),
    histories,
    workers: Number(values.workers),
    onProgress: (done, broken) => showProgress(`${grouped(done)} of ${grouped(histories)} histories, ${broken} broken`),
    onBroken: tellBroken,
  })
  const seconds = Math.round((performance.now() - startMs) / 1000)
  console.log(`${coverageTable(coverage)}\n`)
  for (const name of blindSpots(coverage)) console.log(`Never occurred: ${name}`)
  const [first] = failures
  if (first !== undefined) await tellSmallest(first.seed, first.violations)
  console.log(`${grouped(histories)} histories, ${grouped(failures.length)} violations, ${grouped(seconds)} s`)
  return failures.length === 0 && blindSpots(coverage).length === 0
}

async function tell(seed: number): Promise<boolean> {
  const scenario = generateScenario(seed)
  const played = await play(scenario, { trace: true })
  console.log(show(scenario, played))
  return played.violations.length === 0
}

function tellBroken({ seed, violations }: { seed: number; violations: readonly string[] }): void {
  if (process.stderr.isTTY) process.stderr.write('\r\u001B[2K')
  console.log(`seed ${seed}: ${violations.join(' ')}`)
}

async function tellSmallest(seed: number, [violation = '']: readonly string[]): Promise<void> {
  const [invariant = ''] = violation.split(':')
  const scenario = await shrink(generateScenario(seed), invariant)
  console.log(`seed ${seed}: ${violation}\n\nThe smallest scenario that shows it:\n`)
  console.log(`${show(scenario, await play(scenario, { trace: true }))}\n`)
}

function showProgress(said: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001B[2K${said}`)
  else console.error(said)
}

function grouped(count: number): string {
  return count.toLocaleString('en')
}
