import type { Connection } from '@grantkit/auth-core'

/** How a connection stands, in the words of the first gateway. */
export interface ConnectionState {
  readonly status: 'active' | 'inactive'
  readonly has_token: boolean
  readonly token_expiry: string | null
}

export async function describeConnection(connection: Pick<Connection, 'status'>): Promise<ConnectionState> {
  const { state, accessTokenExpiresAtMs } = await connection.status()
  const isActive = state === 'active' || state === 'claimed'
  return {
    status: isActive ? 'active' : 'inactive',
    has_token: isActive,
    token_expiry: accessTokenExpiresAtMs === undefined ? null : new Date(accessTokenExpiresAtMs).toISOString(),
  }
}
