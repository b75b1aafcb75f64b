import { pushedAuthorizationRequest } from 'oauth4webapi'
import { AuthError } from '../errors.ts'
import { classify } from '../refresh/outcome.ts'
import { abortAfter } from '../stopwatch.ts'
import { exchange, type Wire } from './token-endpoint.ts'

const limitMs = 30_000

/**
 * Pushes an authorization request and gives what the address carries in its place (RFC 9126). When that fails, there
 * is no address: the plain request is never the way out.
 */
export async function pushAuthorization(
  wire: Wire,
  account: string,
  parameters: Readonly<Record<string, string>>,
): Promise<{ client_id: string; request_uri: string }> {
  const { provider, clientId, clock } = wire
  const limit = abortAfter(clock, limitMs)
  try {
    const prepared = await wire.authentication.prepare()
    const reply = await exchange(
      wire,
      prepared,
      (server, client, auth, options) => pushedAuthorizationRequest(server, client, auth, parameters, options),
      { signal: limit.signal },
    )
    const isTaken = reply.kind === 'answer' && (reply.status === 201 || reply.status === 200)
    const requestUri = isTaken ? reply.body?.['request_uri'] : undefined
    if (typeof requestUri === 'string' && requestUri !== '') return { client_id: clientId, request_uri: requestUri }
    const outcome = classify(reply, { provider, account, secrets: [parameters['state'] ?? ''] })
    if (!isTaken && outcome.kind !== 'tokens') throw outcome.error
    const message = `The answer of "${provider.id}" to a pushed authorization request has no request_uri.`
    throw new AuthError('response_invalid', message, { provider: provider.id, account })
  } finally {
    limit.cancel()
  }
}
