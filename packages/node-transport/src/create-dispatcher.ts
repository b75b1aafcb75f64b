import type { LookupFunction } from 'node:net'
import { Agent, EnvHttpProxyAgent, ProxyAgent, type Dispatcher } from 'undici'
import { createCachedLookup } from './cached-lookup.ts'
import type { NodeTransportOptions } from './transport-options.ts'

const defaultMaxAgeMs = 10_000

/** Builds undici's dispatcher for checked options. */
export function createDispatcher(options: NodeTransportOptions): Dispatcher {
  const { connections = 100, http2 = false, keepAliveMs = 4000, connectTimeoutMs = 10_000, tls = {} } = options
  const names = lookupFor(options)
  const connect = { ...tls, ...names, timeout: connectTimeoutMs, allowH2: http2 }
  const shared = {
    connections,
    allowH2: http2,
    keepAliveTimeout: keepAliveMs,
    keepAliveMaxTimeout: keepAliveMs,
    connect,
  }
  if (options.proxy === undefined) return new Agent(shared)
  // The client certificate is for the API, not for the proxy on the way.
  const { ca } = tls
  const proxied = {
    ...shared,
    requestTls: connect,
    proxyTls: { ...names, timeout: connectTimeoutMs, ...(ca && { ca }) },
  }
  return options.proxy === 'environment'
    ? new EnvHttpProxyAgent(proxied)
    : new ProxyAgent({ ...proxied, uri: options.proxy })
}

// Not undici's own: its interceptor sends every second new connection to an IPv6 address, also where there is no route to
// one, and counts `connections` for each address.
function lookupFor({ dnsCache = true, lookup }: NodeTransportOptions): { lookup?: LookupFunction } {
  if (dnsCache !== false) {
    return { lookup: createCachedLookup(dnsCache === true ? defaultMaxAgeMs : dnsCache.maxAgeMs, lookup) }
  }
  return lookup === undefined ? {} : { lookup }
}
