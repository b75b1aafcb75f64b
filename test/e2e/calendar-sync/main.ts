import { parseArgs } from 'node:util'
import { localStores } from '../protocol/local-stores.ts'
import { runStorm, type StormReport } from './storm.ts'

const usage = `Kills workers of a calendar sync while events are edited and answers are dropped, and looks what Google holds.

  --edits <n>     how many, 2,000 by default
  --kills <n>     how many, 500 by default
  --workers <n>   how many at once; by default one, and then two
  --store <name>  ${Object.keys(localStores).join(', ')}; sqlite by default`

const { values } = parseArgs({
  options: {
    edits: { type: 'string', default: '2000' },
    kills: { type: 'string', default: '500' },
    workers: { type: 'string' },
    store: { type: 'string', default: 'sqlite' },
    help: { type: 'boolean', default: false },
  },
})

const store = localStores[values.store]
let shownAtMs = 0
if (values.help || store === undefined) console.log(usage)
else {
  const counts = values.workers === undefined ? [1, 2] : [Number(values.workers)]
  for (const workers of counts) tell(workers, await runStorm({ ...numbers(), workers, store, onProgress }))
}

function numbers(): { edits: number; kills: number } {
  return { edits: Number(values.edits), kills: Number(values.kills) }
}

function onProgress(edits: number, kills: number): void {
  const isDue = Date.now() - shownAtMs > (process.stderr.isTTY ? 100 : 10_000)
  if (!isDue) return
  shownAtMs = Date.now()
  process.stderr.write(`${process.stderr.isTTY ? '\r\u001B[2K' : ''}${edits} edits, ${kills} kills`)
  if (!process.stderr.isTTY) process.stderr.write('\n')
}

function tell(workers: number, { lost, duplicated, trampled, ...counts }: StormReport): void {
  if (process.stderr.isTTY) process.stderr.write('\r\u001B[2K')
  const made = `${counts.edits} edits of ${counts.events} events, ${counts.kills} kills, ${counts.requests} requests`
  const bad = `${lost.length} lost, ${duplicated.length} duplicated, ${trampled.length} trampled`
  console.log(`${workers} at once on ${values.store}: ${made}, ${counts.dropped} answers dropped: ${bad}`)
  for (const [name, ids] of Object.entries({ lost, duplicated, trampled })) if (ids.length > 0) console.log(name, ids)
  if (lost.length + duplicated.length + trampled.length > 0) process.exitCode = 1
}
