import { introspectionRequest } from 'oauth4webapi'
import { untilAborted } from '../until-aborted.ts'
import { exchange, type Wire } from './token-endpoint.ts'

/** Asks the provider whether a refresh token is still active (RFC 7662); undefined when it gave no clear answer. */
export async function introspectRefreshToken(
  wire: Wire,
  token: string,
  signal: AbortSignal,
): Promise<boolean | undefined> {
  const prepared = await untilAborted(wire.authentication.prepare(), signal)
  const reply = await exchange(
    wire,
    prepared,
    (server, client, auth, options) =>
      introspectionRequest(server, client, auth, token, {
        ...options,
        additionalParameters: { token_type_hint: 'refresh_token' },
      }),
    { signal },
  )
  if (reply.kind !== 'answer' || reply.status !== 200) return undefined
  const active = reply.body?.['active']
  return typeof active === 'boolean' ? active : undefined
}
