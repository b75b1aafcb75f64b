import { Agent, EnvHttpProxyAgent, interceptors, ProxyAgent, type Dispatcher } from 'undici'
import type { NodeTransportOptions } from './transport-options.ts'

/** Builds undici's dispatcher for checked options. */
export function createDispatcher(options: NodeTransportOptions): Dispatcher {
  const { connections = 100, http2 = false, keepAliveMs = 4000, connectTimeoutMs = 10_000, tls = {} } = options
  const connect = { ...tls, timeout: connectTimeoutMs, allowH2: http2 }
  const shared = {
    connections,
    allowH2: http2,
    keepAliveTimeout: keepAliveMs,
    keepAliveMaxTimeout: keepAliveMs,
    connect,
  }
  if (options.proxy === undefined) return withDnsCache(new Agent(shared), options.dnsCache)
  // The client certificate is for the API, not for the proxy on the way.
  const { ca } = tls
  const proxied = { ...shared, requestTls: connect, proxyTls: { timeout: connectTimeoutMs, ...(ca && { ca }) } }
  return options.proxy === 'environment'
    ? new EnvHttpProxyAgent(proxied)
    : new ProxyAgent({ ...proxied, uri: options.proxy })
}

function withDnsCache(agent: Dispatcher, dnsCache: NodeTransportOptions['dnsCache'] = false): Dispatcher {
  if (dnsCache === false) return agent
  return agent.compose(interceptors.dns(dnsCache === true ? {} : { maxTTL: dnsCache.maxAgeMs }))
}
