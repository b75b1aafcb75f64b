import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  clientSecretBasic,
  createAuthClient,
  defaultTimes,
  providerAt,
  type AuthClient,
  type Times,
} from '@grantkit/auth-core'
import { goto } from '@grantkit/auth-core/providers/goto'
import { shiftedStore } from '@grantkit/auth-core/testing'
import {
  checkHistory,
  createHistoryWriter,
  readHistory,
  versionChain,
  type Fault,
  type RecordFacts,
} from '@grantkit/history'
import {
  approveAuthorization,
  createSandbox,
  defaultClient,
  listen,
  type Sandbox,
  type SandboxOptions,
} from '@grantkit/sandbox'
import { judgedLines } from './judged-lines.ts'
import { loadStore } from './load-store.ts'
import { watchedFetch } from './watched-fetch.ts'
import { watchedStore } from './watched-store.ts'
import type { StoreChoice, WorkerReport, WorkerTask } from './worker-task.ts'

/** A sandbox on a socket, a store, and a signed-in account: the world a fleet of workers runs in. */
export interface Fleet {
  readonly sandbox: Sandbox
  readonly origin: string
  readonly historyPath: string
  /** Starts a worker and gives it the word once all it needs is loaded. */
  start(task: Partial<WorkerTask> & { calls: number }): RunningWorker
  /** Opens the grant in this process. */
  open(options?: OpenOptions): AuthClient
  /** Notes that a fault was played, on one worker or on everything. */
  note(fault: Fault, worker?: string): void
  /** Checks what was recorded so far; with the times that the clients were given, if any. */
  check(times?: Partial<Times>): string[]
  close(): Promise<void>
}

export interface OpenOptions {
  readonly times?: Partial<Times>
  /** Added to the store's clock. */
  readonly nowOffsetMs?: number | (() => number)
}

export interface RunningWorker {
  readonly name: string
  readonly ready: Promise<void>
  go(): void
  readonly child: ChildProcess
  /** The report, or undefined for a worker that was killed. */
  readonly done: Promise<WorkerReport | undefined>
}

const client = { id: defaultClient.id, secret: defaultClient.secret ?? '' }
const redirectUri = 'http://localhost:8080/callback'
const sqliteModule = new URL('sqlite-store.ts', import.meta.url).href
const workerPath = new URL('worker.ts', import.meta.url)
/** Halves the start of a worker, which is most of what it does. */
const compileCache = join(tmpdir(), 'grantkit-compile-cache')

/** Sets the world up; the grants lie in a sqlite file unless another store is given. */
export async function createFleet(
  options: SandboxOptions,
  store: StoreChoice = { module: sqliteModule },
): Promise<Fleet> {
  const folder = await mkdtemp(join(tmpdir(), 'grantkit-'))
  const choice: StoreChoice = { options: { path: join(folder, 'grants') }, ...store }
  const openStore = await loadStore(choice)
  const historyPath = join(folder, 'history.jsonl')
  const sandbox = createSandbox(options)
  const { origin, close } = await listen(sandbox)
  const history = createHistoryWriter(historyPath)
  const stores: ReturnType<typeof openStore>[] = []
  let workers = 0

  function open({ times = {}, nowOffsetMs = 0 }: OpenOptions = {}): AuthClient {
    const opened = openStore()
    stores.push(opened)
    const worker = `client ${stores.length}`
    let claim: RecordFacts['claim']
    return createAuthClient({
      provider: providerAt(goto, origin),
      clientId: client.id,
      authentication: clientSecretBasic(client.secret),
      store: watchedStore(shiftedStore(opened, { nowOffsetMs }), {
        history,
        worker,
        after(record) {
          claim = record.claim ?? claim
        },
      }),
      fetch: watchedFetch({ history, worker, lastClaim: () => claim }),
      times,
    })
  }

  const auth = open()
  const { url } = await auth.beginAuthorization('worker', { redirectUri, session: 'fleet' })
  await auth.completeAuthorization(await approveAuthorization(fetch, url), { session: 'fleet' })

  function note(fault: Fault, worker?: string): void {
    history.write({ kind: 'fault', fault, ...(worker === undefined ? {} : { worker }) })
  }

  function start(task: Partial<WorkerTask> & { calls: number }): RunningWorker {
    workers += 1
    const name = `worker ${workers}`
    const whole: WorkerTask = { name, origin, client, store: choice, historyPath, ...task }
    const child = fork(workerPath, [JSON.stringify(whole)], {
      execArgv: ['--conditions=@grantkit/source'],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...process.env, NODE_COMPILE_CACHE: compileCache },
    })
    let output = ''
    let complaints = ''
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (output += text))
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (complaints += text))
    const ready = once(child, 'message').then(() => undefined)
    const done = new Promise<WorkerReport | undefined>((resolve, reject) => {
      child.once('close', (code, signal) => {
        if (signal === 'SIGKILL') {
          note('crash', name)
          resolve(undefined)
        } else if (code === 0) resolve(JSON.parse(output) as WorkerReport)
        else reject(new Error(`${name} ended with ${code ?? signal}:\n${complaints}`))
      })
    })
    return { name, ready, go: () => void child.send('go'), child, done }
  }

  return {
    sandbox,
    origin,
    historyPath,
    start,
    open,
    note,
    check(times) {
      const recorded = readHistory(historyPath)
      const lines = [...recorded, ...judgedLines(recorded, sandbox.control.ledger.entries())]
      const rules = { rotation: 'strict', times: { ...defaultTimes, ...times } } as const
      return checkHistory({ lines, versions: versionChain(lines), rules })
    },
    async close() {
      await Promise.all(stores.map((opened) => opened.close()))
      await close()
      await sandbox.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Starts several workers at the same moment and gives the sum of their reports. */
export async function runTogether(workers: readonly RunningWorker[]): Promise<WorkerReport> {
  await Promise.all(workers.map(({ ready }) => ready))
  for (const worker of workers) worker.go()
  const reports = await Promise.all(workers.map(({ done }) => done))
  const sum = (pick: (report: WorkerReport) => Readonly<Record<string, number>>): Record<string, number> => {
    const total: Record<string, number> = {}
    for (const report of reports) {
      for (const [name, count] of Object.entries(report ? pick(report) : {})) total[name] = (total[name] ?? 0) + count
    }
    return total
  }
  return { statuses: sum((report) => report.statuses), errors: sum((report) => report.errors) }
}
