// One process of a fleet: makes API calls through one stored grant, records what it does, and kills itself where told.
import {
  clientSecretBasic,
  createAuthClient,
  isAuthError,
  providerAt,
  systemClock,
  type Connection,
} from '@grantkit/auth-core'
import { goto } from '@grantkit/auth-core/providers/goto'
import { shiftedStore } from '@grantkit/auth-core/testing'
import { createHistoryWriter, type RecordFacts } from '@grantkit/history'
import { prepareKill } from './killer.ts'
import { limitedFetch } from './limited-fetch.ts'
import { loadStore } from './load-store.ts'
import { watchedFetch } from './watched-fetch.ts'
import { watchedStore } from './watched-store.ts'
import type { KillPoint, WorkerReport, WorkerTask } from './worker-task.ts'

const task = JSON.parse(process.argv[2] ?? '') as WorkerTask
const history = createHistoryWriter(task.historyPath)
let claim: RecordFacts['claim']

function dieAt(point: KillPoint): void {
  if (task.killAt === point) process.kill(process.pid, 'SIGKILL')
}

// About as long as a save takes.
const killSoon = task.killAt === 'during save' ? await prepareKill(8) : undefined

const isClaim = (record: RecordFacts): boolean => record.claim !== undefined
const isSave = (record: RecordFacts): boolean => claim !== undefined && record.generation === claim.generation + 1

const openStore = await loadStore(task.store)
const opened = openStore()
const store = watchedStore(shiftedStore(opened, { nowOffsetMs: task.nowOffsetMs ?? 0 }), {
  history,
  worker: task.name,
  before(record) {
    if (isClaim(record)) dieAt('before claim')
    if (isSave(record)) killSoon?.()
  },
  after(record) {
    if (record.claim !== undefined) {
      claim = record.claim
      dieAt('after claim')
    } else if (isSave(record)) dieAt('after save')
  },
})

const hooks = {
  async sent() {
    if (task.killAt !== 'after send') return
    // Only here: the whole sandbox is much to load in each of many processes.
    const { connectControl } = await import('@grantkit/sandbox')
    await connectControl(task.origin).ledger.waitFor({ grantType: 'refresh_token', stage: 'answered' })
    dieAt('after send')
  },
  answered: () => dieAt('after answer'),
}

const auth = createAuthClient({
  provider: providerAt(goto, task.origin),
  clientId: task.client.id,
  authentication: clientSecretBasic(task.client.secret ?? ''),
  store,
  fetch: watchedFetch({
    history,
    worker: task.name,
    lastClaim: () => claim,
    ...hooks,
    ...(task.sockets === undefined ? {} : { otherFetch: limitedFetch(fetch, task.sockets) }),
  }),
  clock: { ...systemClock, wallMs: () => systemClock.wallMs() + (task.clockOffsetMs ?? 0) },
  ...(task.times === undefined ? {} : { times: task.times }),
})

async function call(connection: Connection, report: Count): Promise<void> {
  try {
    const response = await connection.fetch(`${task.origin}/voice-admin/v1/call-queues?accountKey=1234567890`)
    await response.arrayBuffer() // Lets the connection be used again.
    report.statuses[response.status] = (report.statuses[response.status] ?? 0) + 1
  } catch (error) {
    const code = isAuthError(error) ? error.code : String(error)
    report.errors[code] = (report.errors[code] ?? 0) + 1
  }
}

type Count = { statuses: Record<string, number>; errors: Record<string, number> }

const connection = auth.connection('worker')
const report: Count & WorkerReport = { statuses: {}, errors: {} }
connection.onChange(({ generation }) => history.write({ kind: 'served', worker: task.name, generation }))
process.send?.('ready')
await new Promise<void>((resolve) => process.once('message', () => resolve()))
const spread = Array.from({ length: task.calls }, (_, index) => (index * (task.spreadMs ?? 0)) / task.calls)
await Promise.all(
  spread.map(async (delayMs) => {
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs))
    await call(connection, report)
  }),
)
process.stdout.write(JSON.stringify(report))
// Not by closing the store: drivers that lost their server in the middle may take for ever.
process.exit()
