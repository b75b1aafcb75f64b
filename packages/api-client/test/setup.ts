import type { AccessToken, Fetch } from '@grantkit/auth-core'
import { createFakeClock, scriptedFetch, type FakeClock } from '@grantkit/auth-core/testing'
import { createApiClient, type ApiClient, type ApiClientOptions, type PathsWithDefaults } from '../src/index.ts'
import { definition, type paths } from './shelf.ts'

export const secret = 'canary-4f1b9c'

export interface Setup {
  readonly client: ApiClient<PathsWithDefaults<paths, 'accountKey'>>
  readonly fetch: ReturnType<typeof scriptedFetch>
  readonly clock: FakeClock
}

const token = (value: string): AccessToken => ({ value, scopes: [] })

/** A connection that always has a token, and a new one after a refusal. */
export function stubConnection(audience: readonly string[] = ['https://api.example.com']) {
  return {
    audience,
    accessToken: async (o?: { refused?: AccessToken }) => token(o?.refused === undefined ? secret : `${secret}-2`),
  }
}

/** A client whose fetch answers from a script and whose clock stands still; jitter off. */
export function setup(
  script: Parameters<typeof scriptedFetch>[0],
  options: Partial<ApiClientOptions> & { fetch?: Fetch } = {},
): Setup {
  const clock = createFakeClock()
  const fetch = scriptedFetch(script)
  const client = createApiClient<paths, 'accountKey'>(definition, {
    connection: stubConnection(),
    accountKey: '1234567890',
    fetch,
    clock,
    ...options,
    retry: { jitter: 0, ...options.retry },
  })
  return { client, fetch, clock }
}

/** Moves the clock until the work is done, so that waits and time-outs take no time. Gives outcome and elapsed time. */
export async function elapse(clock: FakeClock, work: Promise<unknown>): Promise<{ outcome: unknown; ms: number }> {
  const startMs = clock.monotonicMs()
  const state = { done: false }
  const settled = work
    .then(
      (value): unknown => value,
      (error: unknown) => error,
    )
    .finally(() => {
      state.done = true
    })
  await clock.advance(0)
  while (!state.done) {
    const next = clock.pendingTimers[0]
    if (next === undefined) throw new Error('The work waits for something no timer will bring.')
    await clock.advance(next.inMs)
  }
  return { outcome: await settled, ms: clock.monotonicMs() - startMs }
}

/** Everything an async iterable yields. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}
