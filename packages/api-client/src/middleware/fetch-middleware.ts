import type { Fetch } from '@grantkit/auth-core'

/** One layer around a `fetch`. */
export type FetchMiddleware = (next: Fetch) => Fetch

/** Stacks layers on a `fetch`, the first one outermost. */
export function composeFetch(layers: readonly FetchMiddleware[], fetch: Fetch): Fetch {
  return layers.reduceRight((next, layer) => layer(next), fetch)
}
