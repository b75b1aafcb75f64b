import {
  clientSecretBasic,
  createAuthClient,
  defineProvider,
  refreshToken,
  type AuthClient,
  type AuthClientOptions,
  type AuthEvent,
  type Connection,
  type Provider,
  type ProviderData,
  type Store,
} from '../src/index.ts'
import type { GrantRecord } from '../src/refresh/grant-record.ts'
import { grantKey } from '../src/store-key.ts'
import { createMemoryStore } from '../src/stores/memory.ts'
import {
  createFakeClock,
  scriptedFetch,
  type FakeClock,
  type ScriptedAnswer,
  type ScriptedFetch,
} from '../src/testing/index.ts'

/** A provider whose members a test replaces where they matter; strict rotation, 1 h access tokens. */
export function exampleProvider(data: Partial<ProviderData> = {}): Provider {
  return defineProvider({
    id: 'example',
    issuer: 'https://auth.example.com',
    endpoints: {
      authorization: 'https://auth.example.com/authorize',
      token: 'https://auth.example.com/token',
      revocation: 'https://auth.example.com/revoke',
      introspection: 'https://auth.example.com/introspect',
    },
    clientAuthentication: ['client_secret_basic', 'client_secret_post', 'none'],
    audience: ['https://api.example.com'],
    rotation: 'strict',
    ...data,
  })
}

/** Where the grant of an account at the example provider is stored, for the client `client-1` unless said otherwise. */
export function exampleKey(account: string, clientId = 'client-1'): string {
  return grantKey(exampleProvider(), clientId, account)
}

/** A token answer; members given replace the usual ones, and `undefined` leaves one out. */
export function tokenAnswer(members: Record<string, unknown> = {}): Response {
  return Response.json({ access_token: 'at-1', token_type: 'Bearer', expires_in: 3600, ...members })
}

/** The n-th answer of a server that rotates. */
export function rotated(n: number, members: Record<string, unknown> = {}): Response {
  return tokenAnswer({ access_token: `at-${n}`, refresh_token: `rt-${n}`, ...members })
}

export function oauthError(status: number, error: string, description?: string): Response {
  return Response.json({ error, ...(description === undefined ? {} : { error_description: description }) }, { status })
}

export interface Bench {
  readonly clock: FakeClock
  readonly store: Store
  readonly provider: Provider
  readonly fetch: ScriptedFetch
  readonly client: AuthClient
  readonly connection: Connection
  readonly events: AuthEvent[]
  /** Outcomes of the refresh events so far. */
  outcomes(): string[]
  /** What the store holds for the account. */
  record(): Promise<GrantRecord>
  /** Another process: its own client on the same store and server. */
  another(options?: Partial<AuthClientOptions>): { client: AuthClient; connection: Connection; events: AuthEvent[] }
  /** Lets time pass until the promise is settled. */
  run<T>(promise: Promise<T>, limitMs?: number): Promise<T>
}

export interface BenchOptions {
  readonly provider?: Partial<ProviderData>
  readonly options?: Partial<AuthClientOptions>
  readonly store?: (memory: Store) => Store
  readonly account?: string
}

/** An auth client on a fake clock, a memory store and a scripted server. */
export function createBench(
  script: readonly ScriptedAnswer[],
  { provider: data, options, store: wrap, account = 'ada' }: BenchOptions = {},
): Bench {
  const clock = createFakeClock({ settle: turns })
  const memory = createMemoryStore({ clock })
  const store = wrap?.(memory) ?? memory
  const provider = exampleProvider(data)
  const fetch = scriptedFetch(script)
  const another = (more: Partial<AuthClientOptions> = {}) => {
    const events: AuthEvent[] = []
    const client = createAuthClient({
      provider,
      clientId: 'client-1',
      authentication: clientSecretBasic('client-secret'),
      store,
      volatile: 'accept',
      fetch,
      clock,
      random: () => 0.5,
      onEvent: (event) => void events.push(event),
      ...options,
      ...more,
    })
    return { client, connection: client.connection(account), events }
  }
  const own = another()
  return {
    clock,
    store,
    provider,
    fetch,
    ...own,
    another,
    outcomes: () => own.events.flatMap((event) => (event.type === 'refresh' ? [event.outcome] : [])),
    record: () => readRecord(memory, grantKey(provider, 'client-1', account)),
    run: (promise, limitMs) => runUntilSettled(clock, promise, limitMs),
  }
}

/** A bench whose account was imported with the refresh token `rt-0` and has fetched its first token. */
export async function connectedBench(script: readonly ScriptedAnswer[], options: BenchOptions = {}): Promise<Bench> {
  const bench = createBench([rotated(1), ...script], options)
  await bench.client.connect(options.account ?? 'ada', refreshToken('rt-0'))
  await bench.run(bench.connection.accessToken())
  bench.events.length = 0
  return bench
}

export async function readRecord(store: Store, key: string): Promise<GrantRecord> {
  const { entry } = await store.read(key)
  return JSON.parse(entry?.value ?? 'null') as GrantRecord
}

/**
 * Lets time pass until the promise is settled; fails when `limitMs` did not suffice. For work that stays on the event
 * loop: what hashes (importing a refresh token, signing in) is awaited as it is, or time would run away meanwhile.
 */
async function runUntilSettled<T>(clock: FakeClock, promise: Promise<T>, limitMs = 120_000): Promise<T> {
  let settled = false
  const done = (): void => {
    settled = true
  }
  promise.then(done, done)
  await clock.advance(0)
  for (let leftMs = limitMs; !settled && leftMs > 0;) {
    const stepMs = Math.min(clock.pendingTimers[0]?.inMs ?? leftMs, leftMs)
    await clock.advance(stepMs)
    leftMs -= Math.max(stepMs, 1)
  }
  if (settled) return promise
  throw new Error(`Still not settled after ${limitMs} ms.`)
}

/** A promise and the functions that settle it. */
export function deferred<T>(): PromiseWithResolvers<T> {
  return Promise.withResolvers<T>()
}

/** The error a promise rejects with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('The promise was expected to reject.')
}

const { setImmediate: setRealImmediate } = globalThis

/** Several turns: bodies of requests and answers take more than one to be read. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 6; turn += 1) await new Promise((resolve) => void setRealImmediate(resolve))
}
