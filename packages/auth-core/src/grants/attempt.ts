import { AuthError } from '../errors.ts'
import { guard } from '../refresh/grant-store.ts'
import type { Store } from '../store.ts'
import { attemptKey, sha256 } from '../store-key.ts'

/** One authorization under way: what has to be known again when the callback comes. */
export interface Attempt {
  readonly v: 1
  readonly account: string
  readonly issuer: string
  readonly clientId: string
  readonly redirectUri: string
  readonly sessionHash: string
  readonly verifier: string
  /** To be repeated in the ID token, where one was asked for. */
  readonly nonce?: string
  readonly scopes?: readonly string[]
  readonly expiresAtMs: number
}

const lifetimeMs = 600_000
/** Kept longer than it may be used, so that a late callback can be told from a forged one. */
const keptMs = 3_600_000

/** Stores a new attempt under the hash of its state, for ten minutes. */
export async function saveAttempt(
  store: Store,
  state: string,
  attempt: Omit<Attempt, 'v' | 'expiresAtMs' | 'sessionHash'> & { session: string },
): Promise<void> {
  const { session, ...facts } = attempt
  if (typeof session !== 'string' || session === '') {
    throw new AuthError('invalid_option', 'session is empty: a callback of any browser would fit.')
  }
  const key = await attemptKey(state)
  const { nowMs } = await guard(() => store.read(key))
  const record: Attempt = { v: 1, ...facts, sessionHash: await sha256(session), expiresAtMs: nowMs + lifetimeMs }
  const write = () => store.write(key, JSON.stringify(record), { ifVersion: null, expiresInMs: keptMs })
  const written = await guard(write, [attempt.verifier])
  if (written === 'conflict') throw new AuthError('store_failed', 'The store already holds an attempt for a new state.')
}

/**
 * Takes an attempt out of the store, so that its state works once. A callback of another session or to another client
 * does not use it up.
 */
export async function takeAttempt(
  store: Store,
  state: string,
  { session, clientId }: { session: string; clientId: string },
): Promise<Attempt> {
  const key = await attemptKey(state)
  const { nowMs, entry } = await guard(() => store.read(key))
  if (entry === undefined) throw unknownState()
  const attempt = parse(entry.value)
  if (attempt.clientId !== clientId) throw unknownState()
  if (attempt.sessionHash !== (await sha256(session))) {
    throw new AuthError(
      'session_mismatch',
      'This sign-in was begun in another session. Begin again in this one, and follow no sign-in links of others.',
    )
  }
  const removed = await guard(() => store.remove(key, { ifVersion: entry.version }))
  if (removed === 'conflict') throw unknownState()
  if (nowMs <= attempt.expiresAtMs) return attempt
  throw new AuthError('state_expired', 'The sign-in took longer than ten minutes. Begin again.')
}

function unknownState(): AuthError {
  return new AuthError(
    'state_unknown',
    'The state of the callback was never issued here, it was used before, or it is long gone. Begin the sign-in again.',
  )
}

function parse(value: string): Attempt {
  try {
    const attempt = JSON.parse(value) as Attempt
    if (attempt.v === 1 && typeof attempt.verifier === 'string' && typeof attempt.expiresAtMs === 'number')
      return attempt
  } catch {
    // The parser's message may quote the value, which holds the verifier: it is left behind on purpose.
  }
  throw new AuthError('store_value_invalid', 'The store holds something that is not an authorization attempt.')
}
