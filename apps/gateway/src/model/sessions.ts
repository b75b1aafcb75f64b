import type { Store } from '@grantkit/auth-core'
import { createRecords } from './records.ts'
import { createSecret, hashSecret } from './secret-token.ts'

/** A short permission to use one app of one tenant. Stored under the hash of its secret. */
export interface Session {
  readonly tenant: string
  readonly app: string
  /** The API key it was made with. */
  readonly keyId: string
  readonly expiresAtMs: number
}

export interface Sessions {
  /** `token` is the secret the caller sends with each request; it is shown this once. */
  create(session: Omit<Session, 'expiresAtMs'>): Promise<{ token: string; session: Session }>
  /** `leftMs`: until it ends, by the store's clock. */
  find(token: string): Promise<{ session: Session; leftMs: number } | undefined>
  /** Tells whether there was one. */
  end(token: string): Promise<boolean>
}

const tokenPattern = /^gs_[A-Za-z0-9_-]{43}$/

/** Tells whether a token is meant to be that of a session. */
export function isSessionToken(token: string): boolean {
  return tokenPattern.test(token)
}

export function createSessions({ store, lifetimeMs }: { store: Store; lifetimeMs: number }): Sessions {
  const sessions = createRecords<Session>(store, 'session')

  return {
    async create(wanted) {
      const token = `gs_${createSecret()}`
      const id = hashSecret(token)
      // The store's clock ends it, so the store is asked what to tell the caller.
      const session: Session = { ...wanted, expiresAtMs: (await sessions.nowMs(id)) + lifetimeMs }
      await sessions.create([id], session, { expiresInMs: lifetimeMs })
      return { token, session }
    },
    async find(token) {
      const found = isSessionToken(token) ? await sessions.get(hashSecret(token)) : undefined
      return found && { session: found.record, leftMs: found.record.expiresAtMs - found.nowMs }
    },
    async end(token) {
      return isSessionToken(token) && (await sessions.remove(hashSecret(token)))
    },
  }
}
