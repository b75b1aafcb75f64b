import type { AccessToken } from './access-token.ts'
import { authorize, oneShotBody } from './authorize.ts'
import type { Connection } from './connection.ts'
import type { Fetch } from './fetch.ts'
import type { GrantSession } from './refresh/grant-session.ts'
import { untilAborted } from './until-aborted.ts'

export interface ConnectionPorts {
  readonly account: string
  readonly audience: readonly string[]
  readonly fetch: Fetch
  readonly session: GrantSession
  /** Throws `client_closed` once the auth client is disposed. */
  assertOpen(): void
  disconnect(): Promise<{ erased: true; revoked: boolean }>
}

/** Puts the public face on a session. */
export function createConnection(ports: ConnectionPorts): Connection {
  const { account, audience, session } = ports

  function accessToken(options?: { signal?: AbortSignal; refused?: AccessToken }): Promise<AccessToken> {
    ports.assertOpen()
    return untilAborted(session.accessToken(options?.refused), options?.signal)
  }

  const authorized = authorize({ accessToken, audience })(ports.fetch)

  return {
    account,
    audience,
    accessToken,
    fetch(input, init) {
      const request = new Request(input, { ...init, redirect: 'manual' })
      if (init?.body instanceof ReadableStream) Object.defineProperty(request, oneShotBody, { value: true })
      return authorized(request)
    },
    refresh: () => session.refresh(),
    status: () => session.status(),
    onChange: (listener) => session.onChange(listener),
    exportTokens: () => session.exportTokens(),
    disconnect: () => ports.disconnect(),
    [Symbol.asyncDispose]: () => session.idle(),
  }
}
