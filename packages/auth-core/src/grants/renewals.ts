import { clientCredentialsGrantRequest, refreshTokenGrantRequest } from 'oauth4webapi'
import { AuthError } from '../errors.ts'
import type { GrantRecord } from '../refresh/grant-record.ts'
import type { PreparedExchange } from './exchange.ts'
import type { Send } from './token-endpoint.ts'

/** The one token request that renews a grant: built from the record, sent by the caller. */
export function renewalRequest(record: GrantRecord, exchange: PreparedExchange | undefined): Send {
  const { renewal, tokens } = record
  if (renewal.grant === 'client_credentials') {
    const parameters = new URLSearchParams(renewal.parameters)
    if (renewal.scopes !== undefined && renewal.scopes.length > 0) parameters.set('scope', renewal.scopes.join(' '))
    return (server, client, auth, options) => clientCredentialsGrantRequest(server, client, auth, parameters, options)
  }
  const { refreshToken } = tokens
  if (refreshToken === undefined && exchange !== undefined) return exchange.send
  if (refreshToken === undefined) throw new AuthError('reconnect', 'The grant holds no refresh token. Authorize again.')
  return (server, client, auth, options) => refreshTokenGrantRequest(server, client, auth, refreshToken, options)
}
