import type { Connection } from '@grantkit/auth-core'
import type { LedgerSummary, RemoteControl } from '@grantkit/sandbox'
import { nextMessage, type Children } from './children.ts'
import type { Report } from './report.ts'
import { callsPerProcess, demoClient, processCount, type Scene } from './scene.ts'

export interface StormOptions {
  readonly report: Report
  readonly children: Children
  readonly scene: Scene
  readonly control: RemoteControl
  readonly connection: Connection
}

const callCount = processCount * callsPerProcess

/** Lets the access token expire, makes all calls at once from several processes, and reads the sandbox's ledger. */
export async function runStorm({ report, children, scene, control, connection }: StormOptions): Promise<boolean> {
  const workers = Array.from({ length: processCount }, () =>
    children.start(new URL('./worker-program.ts', import.meta.url), JSON.stringify(scene)),
  )
  const readiness = Promise.all(workers.map(nextMessage))
  readiness.catch(() => undefined) // awaited below, when the token has expired
  await report.step(
    'Token expires',
    async (progress) => {
      await waitForExpiry(connection, progress)
      await readiness
    },
    () => `${processCount} processes are ready, none holds a valid access token`,
  )
  // The next access token lives as long as usual: one refresh has to do for all.
  await control.clients.add({ ...demoClient, redirectUris: [scene.redirectUri] })
  const before = await control.ledger.entries()

  const statuses = await report.step(
    `${callCount.toLocaleString('en')} calls`,
    async () => {
      const answers = Promise.all(workers.map(nextMessage))
      for (const worker of workers) worker.send('go')
      return (await answers).flatMap((list) => list as number[])
    },
    (list) => `at once from ${processCount} processes: ${countOf(list, 200).toLocaleString('en')} answered 200`,
  )
  const seen = await report.step(
    'Ledger',
    () => control.ledger.summary({ afterSeq: before.length }),
    ({ tokenRequests, reuse, apiCalls }) =>
      `the sandbox saw: token requests: ${tokenRequests}, reuse: ${reuse}, API calls: ${apiCalls.toLocaleString('en')}`,
  )
  return verdictOf(report, seen, countOf(statuses, 200))
}

/** Resolves when the token's time is over by the clock of the store, which is this machine's. */
async function waitForExpiry(connection: Connection, progress: (text: string) => void): Promise<void> {
  const { accessTokenExpiresAtMs = 0 } = await connection.status()
  for (;;) {
    const leftMs = accessTokenExpiresAtMs - Date.now()
    if (leftMs < 0) return
    progress(`the access token lives ${(leftMs / 1000).toFixed(1)} s longer`)
    await new Promise((resolve) => setTimeout(resolve, Math.min(leftMs + 1, 100)))
  }
}

function verdictOf({ verdict }: Report, { tokenRequests, reuse }: LedgerSummary, answered: number): boolean {
  const isGood = tokenRequests === 1 && reuse === 0 && answered === callCount
  const calls = callCount.toLocaleString('en')
  verdict(
    isGood,
    isGood
      ? `One token request served ${calls} callers in ${processCount} processes, and no refresh token was spent twice.`
      : `Expected ${calls} × 200, 1 token request and no reuse; got ${answered}, ${tokenRequests} and ${reuse}.`,
  )
  return isGood
}

function countOf(list: readonly number[], value: number): number {
  return list.filter((each) => each === value).length
}
