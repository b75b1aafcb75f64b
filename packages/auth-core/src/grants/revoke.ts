import { revocationRequest } from 'oauth4webapi'
import { untilAborted } from '../until-aborted.ts'
import { exchange, type Wire } from './token-endpoint.ts'

/** Asks the provider to revoke one token (RFC 7009). True when it answered 200, whatever the token was. */
export async function revoke(
  wire: Wire,
  token: string,
  hint: 'refresh_token' | 'access_token',
  signal: AbortSignal,
): Promise<boolean> {
  if (wire.provider.endpoints.revocation === undefined) return false
  const prepared = await untilAborted(wire.authentication.prepare(), signal)
  const reply = await exchange(
    wire,
    prepared,
    (server, client, auth, options) =>
      revocationRequest(server, client, auth, token, { ...options, additionalParameters: { token_type_hint: hint } }),
    { signal },
  )
  return reply.kind === 'answer' && reply.status === 200
}
