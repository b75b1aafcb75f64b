import { isAuthError } from '@grantkit/auth-core'
import type { Rest } from '@grantkit/history'
import type { SimProcess } from './sim-process.ts'
import { storeNowMs, type World } from './world.ts'

/** More than enough for one claim to end and one quiet time to pass. */
const attempts = 6
/** Longer than any quiet time. */
const patienceMs = 2 * 3_600_000
const pauseMs = 1_000

/** Ends all disturbance, and lets one fresh process ask for as long as it takes. */
export async function heal(world: World, all: readonly SimProcess[], healer: SimProcess): Promise<Rest> {
  world.isHealed = true
  world.say(() => 'nothing disturbs any more')
  for (const { life } of all) life.resume()
  let outcome = await askAndDrain(world, healer)
  // A caller who was given the tokens of another claim leaves that of a dead process to whoever comes next.
  if (world.versions.at(-1)?.record.state === 'claimed') outcome = await askAndDrain(world, healer)
  return { outcome, current: world.server.current() }
}

async function askAndDrain(world: World, healer: SimProcess): Promise<Rest['outcome']> {
  const { timeline } = world
  const outcome = await askUntilSettled(world, healer)
  // What is still on its way arrives, and must not do harm.
  await timeline.drain(timeline.nowMs + patienceMs)
  return outcome
}

async function askUntilSettled(world: World, { connection }: SimProcess): Promise<Rest['outcome']> {
  const { timeline } = world
  for (let attempt = 0; attempt < attempts; attempt++) {
    let result: Rest['outcome'] | { againInMs: number } | undefined
    const asked = connection.refresh().then(() => connection.accessToken())
    asked.then(
      () => (result = 'served'),
      (error: unknown) => (result = isEnd(error) ? 'ended' : { againInMs: pauseAfter(world, error) }),
    )
    await timeline.advanceWhile(() => result === undefined, timeline.nowMs + patienceMs)
    if (typeof result === 'string') return result
    await timeline.advanceTo(timeline.nowMs + (result?.againInMs ?? 0))
  }
  return 'stuck'
}

function isEnd(error: unknown): boolean {
  return isAuthError(error, 'reconnect') || isAuthError(error, 'not_connected')
}

function pauseAfter(world: World, error: unknown): number {
  if (!isAuthError(error) || error.retryAtMs === undefined) return pauseMs
  return Math.max(error.retryAtMs - storeNowMs(world), 0) + 1
}
