import type { Connection } from '@grantkit/auth-core'

/** Gives a connection whose end also releases what was opened for it alone. */
export function ownConnection(connection: Connection, release: () => Promise<void>): Connection {
  return {
    account: connection.account,
    audience: connection.audience,
    fetch: connection.fetch,
    accessToken: (options) => connection.accessToken(options),
    refresh: () => connection.refresh(),
    status: () => connection.status(),
    onChange: (listener) => connection.onChange(listener),
    exportTokens: () => connection.exportTokens(),
    disconnect: () => connection.disconnect(),
    [Symbol.asyncDispose]: async () => {
      await connection[Symbol.asyncDispose]()
      await release()
    },
  }
}
