import { authorize, type Fetch } from '@grantkit/auth-core'
import type { ClientSettings } from './client-options.ts'
import type { ApiDefinition } from './definition.ts'
import { isOfKind } from './answer-kind.ts'
import { attempt } from './middleware/attempt.ts'
import type { Send } from './middleware/layer.ts'
import { rateLimit } from './middleware/rate-limit.ts'
import { retry } from './middleware/retry.ts'

/**
 * Stacks the layers of a client in their fixed order, outermost first; outside of all is the total timeout, in
 * `runCall`. Authorizing inside the retry gives every attempt a current token, and inside the rate limit lets none age
 * in the queue; a refresh does not eat the attempt's time.
 */
export function stackLayers({ tokenRefusals }: ApiDefinition<string>, settings: ClientSettings): Send {
  const { connection, rateLimiter } = settings
  const refusesToken = tokenRefusals && ((response: Response) => isOfKind(response, tokenRefusals))
  const authorized = authorize(connection, refusesToken)
  const authorizedAttempt: Send = (call, input, init) => {
    const send: Fetch = (to, how) => attempt(call, to, how)
    return (call.plan.operation.anonymous ? send : authorized(send))(input, init)
  }
  return retry(rateLimit(rateLimiter, authorizedAttempt))
}
