import type { Fetch } from '@grantkit/auth-core'
import type { Call } from './call.ts'
import type { ClientSettings } from './client-options.ts'
import { attemptTimeout } from './middleware/attempt-timeout.ts'
import { errorBody } from './middleware/error-body.ts'
import { composeFetch, type FetchMiddleware } from './middleware/fetch-middleware.ts'
import { networkErrors } from './middleware/network-error.ts'
import type { Watch } from './middleware/observe.ts'
import { retry } from './middleware/retry.ts'
import type { Repeater } from './repeater.ts'

export interface LayerParts {
  readonly settings: ClientSettings
  readonly authorize: FetchMiddleware
  readonly call: Call
  readonly repeater: Repeater
  readonly watch: Watch | undefined
}

/**
 * Stacks the layers of one call in their fixed order, outermost first; outside of all is the total timeout, in
 * `runCall`. Authorizing inside the retry gives every attempt a current token, and a refresh does not eat the
 * attempt's time. A rate limiter belongs between the two, so that no token ages in its queue.
 */
export function stackLayers({ settings, authorize, call, repeater, watch }: LayerParts, fetch: Fetch): Fetch {
  const layers = [errorBody(call), retry(repeater), authorize]
  layers.push(attemptTimeout(call, settings.attemptTimeoutMs, settings.clock))
  if (watch !== undefined) layers.push(watch.middleware)
  layers.push(networkErrors(call))
  return composeFetch(layers, fetch)
}
