import type { ApiDefaults, Connection } from '@grantkit/auth-core'

interface Belongings {
  readonly apiDefaults?: ApiDefaults | undefined
  /** Frees what was opened for the connection alone. */
  release?(): Promise<void>
}

/** Gives a connection what this package knows of it: what its API clients go by, and what ends with it. */
export function ownConnection(connection: Connection, { apiDefaults, release }: Belongings): Connection {
  return {
    account: connection.account,
    audience: connection.audience,
    ...(apiDefaults === undefined ? {} : { apiDefaults }),
    fetch: connection.fetch,
    accessToken: (options) => connection.accessToken(options),
    refresh: () => connection.refresh(),
    status: () => connection.status(),
    onChange: (listener) => connection.onChange(listener),
    exportTokens: () => connection.exportTokens(),
    disconnect: () => connection.disconnect(),
    [Symbol.asyncDispose]: async () => {
      await connection[Symbol.asyncDispose]()
      await release?.()
    },
  }
}
