import type { Store } from '@grantkit/auth-core'
import { createRecords, type Versioned } from './records.ts'
import { createSecret, hashSecret } from './secret-token.ts'

/** A short permission to use one app of one tenant. Stored under the hash of its secret. */
export interface Session {
  readonly tenant: string
  readonly app: string
  /** The API key it was made with. */
  readonly keyId: string
  readonly expiresAtMs: number
  /** It ends sooner if it is not used until then. */
  readonly idleUntilMs: number
}

export interface Sessions {
  /** `token` is the secret the caller sends with each request; it is shown this once. */
  create(session: Omit<Session, 'expiresAtMs' | 'idleUntilMs'>): Promise<{ token: string; session: Session }>
  /** Finds a session and notes that it is in use. `leftMs`: until it ends if it is not used again, by the store's clock. */
  use(token: string): Promise<{ session: Session; leftMs: number } | undefined>
  /** Tells whether there was one. */
  end(token: string): Promise<boolean>
}

const tokenPattern = /^gs_[A-Za-z0-9_-]{43}$/

/** Tells whether a token is meant to be that of a session. */
export function isSessionToken(token: string): boolean {
  return tokenPattern.test(token)
}

/** The part of the idle time after which use is noted again. */
const notedAfter = 0.1

export interface SessionsOptions {
  readonly store: Store
  readonly lifetimeMs: number
  /** How long a session lives without being used. */
  readonly idleMs: number
}

export function createSessions({ store, lifetimeMs, idleMs }: SessionsOptions): Sessions {
  const sessions = createRecords<Session>(store, 'session')

  /** Gives the session with more time, if that was noted. Another gateway may do so, too, or somebody ends it. */
  async function prolong(id: string, { record, version, nowMs }: Versioned<Session>): Promise<Session> {
    const longer = { ...record, idleUntilMs: Math.min(nowMs + idleMs, record.expiresAtMs) }
    const isWorthIt = longer.idleUntilMs - record.idleUntilMs > idleMs * notedAfter
    if (!isWorthIt) return record
    const expiresInMs = longer.idleUntilMs - nowMs
    return (await sessions.replace([id], { record: longer, version }, { expiresInMs })) ? longer : record
  }

  return {
    async create(wanted) {
      const token = `gs_${createSecret()}`
      const id = hashSecret(token)
      // The store's clock ends it, so the store is asked what to tell the caller.
      const nowMs = await sessions.nowMs(id)
      const firstMs = Math.min(idleMs, lifetimeMs)
      const session: Session = { ...wanted, expiresAtMs: nowMs + lifetimeMs, idleUntilMs: nowMs + firstMs }
      await sessions.create([id], session, { expiresInMs: firstMs })
      return { token, session }
    },
    async use(token) {
      const id = hashSecret(token)
      const found = isSessionToken(token) ? await sessions.get(id) : undefined
      if (found === undefined) return undefined
      const session = await prolong(id, found)
      return { session, leftMs: session.idleUntilMs - found.nowMs }
    },
    async end(token) {
      return isSessionToken(token) && (await sessions.remove(hashSecret(token)))
    },
  }
}
