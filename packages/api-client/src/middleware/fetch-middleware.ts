import type { Fetch } from '@grantkit/auth-core'

/** One layer around a `fetch`. */
export type FetchMiddleware = (next: Fetch) => Fetch

/** Stacks layers on a `fetch`, the first one outermost. */
export function composeFetch(layers: readonly FetchMiddleware[], fetch: Fetch): Fetch {
  return layers.reduceRight((next, layer) => layer(next), fetch)
}

/** The request a layer was given. Layers below openapi-fetch always get one; building another is for foreign callers. */
export function requestOf(input: Request | URL | string, init?: RequestInit): Request {
  return typeof input === 'object' && 'method' in input ? input : new Request(input, init)
}
