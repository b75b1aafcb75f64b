import { authorize } from './authorize.ts'
import type { Connection } from './connection.ts'
import type { Fetch } from './fetch.ts'
import type { GrantSession } from './refresh/grant-session.ts'
import { untilAborted } from './until-aborted.ts'

export interface ConnectionPorts {
  readonly account: string
  readonly audience: readonly string[]
  readonly fetch: Fetch
  readonly session: Pick<GrantSession, 'accessToken' | 'refresh' | 'status' | 'onChange' | 'exportTokens' | 'idle'>
  /** Throws `client_closed` once the auth client is disposed. */
  assertOpen(): void
  /** Keeps what is behind the connection as long as it has something to do. */
  hold(): void
  disconnect(): Promise<{ erased: true; revoked: boolean }>
}

/** Puts the public face on a session. Every call rejects rather than throws, and with `client_closed` after disposal. */
export function createConnection(ports: ConnectionPorts): Connection {
  const { account, audience, session } = ports

  function open<T>(call: () => Promise<T>): Promise<T> {
    try {
      ports.assertOpen()
      ports.hold()
      return call()
    } catch (error) {
      return Promise.reject(error)
    }
  }

  const accessToken: Connection['accessToken'] = (options) =>
    open(() => untilAborted(session.accessToken(options?.refused), options?.signal))

  const authorized = authorize({ accessToken, audience })(ports.fetch)

  return {
    account,
    audience,
    accessToken,
    async fetch(input, init) {
      return authorized(input, { ...init, redirect: 'manual' })
    },
    refresh: () => open(() => session.refresh()),
    status: () => open(() => session.status()),
    onChange(listener) {
      ports.hold()
      return session.onChange(listener)
    },
    exportTokens: () => open(() => session.exportTokens()),
    disconnect: () => open(() => ports.disconnect()),
    [Symbol.asyncDispose]: () => session.idle(),
  }
}
