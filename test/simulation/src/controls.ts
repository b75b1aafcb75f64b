import { authorize, type Store } from '@grantkit/auth-core'
import type { Mistake, Ports } from './mistake.ts'
import { tokenAddress } from './process-wire.ts'
import { wireAnswer } from './wire-answer.ts'

/** A broken variant of the client or of what it stands on. The checker has to find what it breaks. */
export interface Control {
  readonly name: string
  readonly mistake: Mistake
  /** Names of invariants, each of which has to be found broken. */
  readonly breaks: readonly string[]
}

/** What the mistakes change in a stored record. */
interface RawRecord {
  state: string
  sinceMs: number
  retryAtMs: number
  unresolved: number
  failures: number
  generation: number
  claim?: { atMs: number; deadlineMs: number }
  tokens: Record<string, unknown>
}

/** Changes every record on its way into the store. */
function rewriting(change: (record: RawRecord) => void): NonNullable<Mistake['store']> {
  return (store) => ({
    ...store,
    write(key, value, options) {
      const record = JSON.parse(value) as RawRecord
      change(record)
      return store.write(key, JSON.stringify(record), options)
    },
  })
}

/** Writes whatever is there. */
async function overwrite(store: Store, key: string, value: string): Promise<{ version: string } | 'conflict'> {
  const { entry } = await store.read(key)
  const answer = await store.write(key, value, { ifVersion: entry?.version ?? null })
  return answer === 'conflict' ? overwrite(store, key, value) : answer
}

/** Sends the stored refresh token and saves what comes: correct compare-and-swap, and no claim. */
async function refreshUnclaimed({ store, fetch }: Ports): Promise<void> {
  const [key = ''] = (await store.list('grant/')).keys
  const { entry } = await store.read(key)
  if (entry === undefined) return
  const record = JSON.parse(entry.value) as RawRecord
  const body = new URLSearchParams({ refresh_token: `${record.tokens['refreshToken']}` })
  const answer = (await (await fetch(tokenAddress, { method: 'POST', body })).json()) as Record<string, unknown>
  if (typeof answer['refresh_token'] !== 'string') return
  record.generation += 1
  record.tokens = { ...record.tokens, accessToken: answer['access_token'], refreshToken: answer['refresh_token'] }
  await store.write(key, JSON.stringify(record), { ifVersion: entry.version })
}

export const controls: readonly Control[] = [
  {
    name: 'a store that ignores which version is replaced',
    breaks: ['S1', 'S3'],
    mistake: { store: (store) => ({ ...store, write: (key, value) => overwrite(store, key, value) }) },
  },
  {
    name: 'a claim that is acknowledged and not written',
    breaks: ['S1', 'S3'],
    mistake: {
      store: (store) => ({
        ...store,
        async write(key, value, options) {
          if (!value.includes('"state":"claimed"')) return overwrite(store, key, value)
          const { entry } = await store.read(key)
          return (entry?.version ?? null) === options.ifVersion ? { version: options.ifVersion ?? '' } : 'conflict'
        },
      }),
    },
  },
  {
    name: 'a claim that ends before its request can be over',
    breaks: ['S3'],
    mistake: {
      times: { quietMs: 500 },
      store: rewriting(({ claim }) => {
        if (claim !== undefined) claim.deadlineMs = claim.atMs + 200
      }),
    },
  },
  {
    name: 'a client that refreshes without a claim',
    breaks: ['S1', 'S3'],
    mistake: { connection: (connection, ports) => ({ ...connection, refresh: () => refreshUnclaimed(ports) }) },
  },
  {
    name: 'a fetch that gives up on late answers',
    breaks: ['S3'],
    mistake: {
      fetch: (fetch, clock) => (input, init) =>
        new Promise((resolve, reject) => {
          clock.setTimer(() => reject(new Error('gave up')), 6_000)
          fetch(input, init).then(resolve, reject)
        }),
    },
  },
  {
    name: 'an authorize that serves an older token',
    breaks: ['S8'],
    mistake: {
      connection(connection, { fetch }) {
        let kept: Awaited<ReturnType<typeof connection.accessToken>> | undefined
        let calls = 0
        const accessToken: typeof connection.accessToken = async (options) => {
          const token = await connection.accessToken(options)
          const given = ++calls % 2 === 0 ? (kept ?? token) : token
          kept ??= token
          return given
        }
        return { ...connection, accessToken, fetch: authorize({ ...connection, accessToken })(fetch) }
      },
    },
  },
  {
    name: 'no quiet time after an unknown outcome',
    breaks: ['S1', 'S5'],
    mistake: {
      store: rewriting((record) => {
        if (record.state === 'active' && record.unresolved > 0) record.retryAtMs = record.sinceMs
      }),
    },
  },
  {
    name: 'an unknown outcome taken for "not consumed"',
    breaks: ['S4'],
    mistake: {
      store: rewriting((record) => {
        if (record.unresolved > 0) record.retryAtMs = record.sinceMs
        record.unresolved = 0
      }),
    },
  },
  {
    name: 'a store that brings a closed grant back',
    breaks: ['S6'],
    mistake: {
      store(store) {
        let before: string | undefined
        return {
          ...store,
          async write(key, value, options) {
            const answer = await store.write(key, value, options)
            if (answer === 'conflict' || !value.includes('"state":"closed"')) {
              before = value
              return answer
            }
            return before === undefined ? answer : overwrite(store, key, before)
          },
        }
      },
    },
  },
  {
    name: 'invalid_client taken for invalid_grant',
    breaks: ['S7'],
    mistake: {
      fetch: (fetch) => async (input, init) => {
        const response = await fetch(input, init)
        const isTokenAnswer = String(input) === tokenAddress && (response.status === 400 || response.status === 401)
        return isTokenAnswer ? wireAnswer(400, JSON.stringify({ error: 'invalid_grant' })) : response
      },
    },
  },
  {
    name: 'a failure that forgets the access token',
    breaks: ['S9'],
    mistake: {
      store: rewriting((record) => {
        if (record.failures > 0) delete record.tokens['accessToken']
      }),
    },
  },
  {
    name: 'an old value written again',
    breaks: ['S2'],
    mistake: {
      store(store) {
        const written: string[] = []
        return {
          ...store,
          async write(key, value, options) {
            written.push(value)
            return store.write(key, written.length % 7 === 0 ? (written.at(-5) ?? value) : value, options)
          },
        }
      },
    },
  },
  {
    name: 'a claim that never ends',
    breaks: ['L1', 'L2'],
    mistake: {
      store: rewriting(({ claim }) => {
        if (claim !== undefined) claim.deadlineMs = Number.MAX_SAFE_INTEGER
      }),
    },
  },
  {
    name: 'timers that ring three times too late',
    breaks: ['L3'],
    mistake: {
      clock: (clock) => ({ ...clock, setTimer: (run, delayMs, options) => clock.setTimer(run, delayMs * 3, options) }),
    },
  },
]
