import type { MiddlewareHandler } from 'hono'
import type { GatewayEnv } from '../gateway-env.ts'
import { fail } from './problem.ts'

/**
 * Refuses what reached the proxy in front without TLS, where callers are to come by https: a token that crossed the net
 * in the clear should be noticed, not used.
 */
export function requireTls(publicUrl: string): MiddlewareHandler<GatewayEnv> {
  const isPublicByTls = publicUrl.startsWith('https:')
  return async (c, next) => {
    if (isPublicByTls && c.env.client.scheme === 'http') {
      fail({ status: 403, code: 'tls_required', detail: `This was sent without TLS. Use ${publicUrl}.` })
    }
    await next()
  }
}
