import { parseArgs } from 'node:util'
import { runKills, type KillRun } from '@grantkit/e2e/protocol/kill-run'
import { countKills, killTable } from './kill-table.ts'
import { setup as requirePrograms } from './require-programs.ts'
import { openKillStores } from './kill-stores.ts'

const usage = `Kills processes at the six points of a refresh, on every durable store, and checks what became of their grants.

  --kills <n>       how many on each store, 1,000 by default
  --only <text>     only stores whose name contains the text
  --side-by-side <n>  how many at once, 6 by default`

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '1000' },
    only: { type: 'string', default: '' },
    'side-by-side': { type: 'string', default: '6' },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) console.log(usage)
else process.exitCode = (await killOnAll()) ? 0 : 1

async function killOnAll(): Promise<boolean> {
  requirePrograms()
  const kills = Number(values.kills)
  const sideBySide = Number(values['side-by-side'])
  const { stores, close } = await openKillStores(values.only)
  let isFine = Object.keys(stores).length > 0
  try {
    for (const [name, openStore] of Object.entries(stores)) {
      const startMs = performance.now()
      const onProgress = (done: number): void => showProgress(name, done, kills)
      const run = await runKills({ kills, openStore, sideBySide, onProgress })
      showRun(name, run, (performance.now() - startMs) / 1000)
      isFine &&= run.unexpected.length === 0 && run.violations.length === 0
    }
  } finally {
    await close()
  }
  return isFine
}

function showRun(name: string, run: KillRun, seconds: number): void {
  clearProgress()
  const { kills, active, reauth, lost } = countKills(run)
  console.log(
    `${name}: ${kills} kills, ${active} grants active, ${reauth} in reauth where the protocol cannot save them, ` +
      `${lost} lost, ${run.violations.length} violations, ${Math.round(seconds)} s`,
  )
  console.log(`${killTable(run.rounds)}\n`)
  for (const problem of [...run.unexpected.map((round) => JSON.stringify(round)), ...run.violations])
    console.log(problem)
}

function showProgress(name: string, done: number, kills: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001B[2K${name}: ${done} of ${kills} kills`)
  else if (done % 50 === 0) console.error(`${name}: ${done} of ${kills} kills`)
}

function clearProgress(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\u001B[2K')
}
