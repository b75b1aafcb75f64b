import type { MiddlewareHandler } from 'hono'
import type { GatewayEnv } from '../gateway-env.ts'
import { fail } from './problem.ts'
import type { Target } from './target.ts'

/** What is routed on where there is no target: nothing lies there. */
export const noTarget: Target = { path: '/', query: '' }

/** Refuses requests whose target could not be read. Here, not before: they belong into log and counts, too. */
export const refuseTarget: MiddlewareHandler<GatewayEnv> = async (c, next) => {
  const { refused } = c.env
  if (refused !== undefined) {
    fail({ status: 400, code: 'invalid_target', detail: `The address was refused: ${refused}` })
  }
  await next()
}
