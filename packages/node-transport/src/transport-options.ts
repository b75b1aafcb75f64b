import type { LookupFunction } from 'node:net'
import type { ConnectionOptions } from 'node:tls'

export interface NodeTransportOptions {
  /** Connections to one origin at most; requests beyond them wait for a free one. Default 100. */
  readonly connections?: number
  /**
   * Speaks HTTP/2 with servers that offer it over TLS. Default false: with HTTP/2, undici 7 fails the requests under way
   * when a server says that it will close the connection.
   */
  readonly http2?: boolean
  /** How long a connection that nobody uses stays open; a server's shorter `Keep-Alive` hint wins. Default 4000. */
  readonly keepAliveMs?: number
  /** Limit of opening a connection, name lookup and TLS included. Default 10000. */
  readonly connectTimeoutMs?: number
  /**
   * Remembers for so long which addresses a host name has. Default true: for 10000 ms. With false, each
   * new connection asks.
   */
  readonly dnsCache?: boolean | { readonly maxAgeMs: number }
  /**
   * Gives the addresses of a host name; no other ones are connected to. An address in place of a name is not looked up,
   * and with a proxy, only the proxy's name is. Asked as often as `dnsCache` says. Default: `lookup` of node:dns.
   */
  readonly lookup?: LookupFunction
  /**
   * Sends everything through an HTTP proxy, by CONNECT. `environment`: by what `HTTP_PROXY`, `HTTPS_PROXY` and
   * `NO_PROXY` say. Credentials may stand in the address. Default: no proxy, whatever the environment says.
   */
  readonly proxy?: string
  /** How TLS is spoken, such as `ca` for a certificate authority of your own. */
  readonly tls?: Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'passphrase' | 'pfx' | 'servername' | 'minVersion'>
}

const known = ['connections', 'http2', 'keepAliveMs', 'connectTimeoutMs', 'dnsCache', 'lookup', 'proxy', 'tls']

/** The longest delay timers can hold. */
const maxTimerMs = 2 ** 31 - 1

/** Throws a TypeError with the code `invalid_option` for what cannot work. Quotes no value: a proxy has a password. */
export function checkOptions(options: NodeTransportOptions): void {
  const unknown = Object.keys(options).find((key) => !known.includes(key))
  if (unknown !== undefined) throw invalid(`there is no option "${unknown}". Known: ${known.join(', ')}.`)
  checkWhole('connections', options.connections, 65_535)
  checkWhole('keepAliveMs', options.keepAliveMs, maxTimerMs)
  checkWhole('connectTimeoutMs', options.connectTimeoutMs, maxTimerMs)
  const { dnsCache, http2, lookup, proxy } = options
  checkFlag('http2', http2)
  if (typeof dnsCache === 'object') checkWhole('dnsCache.maxAgeMs', dnsCache?.maxAgeMs ?? 0, maxTimerMs)
  else checkFlag('dnsCache', dnsCache)
  if (lookup !== undefined && typeof lookup !== 'function') throw invalid('lookup must be a function.')
  if (proxy !== undefined && proxy !== 'environment' && !isHttpAddress(proxy)) {
    throw invalid('proxy must be "environment" or an address that begins with http:// or https://.')
  }
}

function checkWhole(name: string, value: unknown, max: number): void {
  if (value === undefined || (Number.isInteger(value) && Number(value) >= 1 && Number(value) <= max)) return
  throw invalid(`${name} must be a whole number from 1 to ${max}.`)
}

function checkFlag(name: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'boolean') throw invalid(`${name} must be true or false.`)
}

function isHttpAddress(address: unknown): boolean {
  return typeof address === 'string' && /^https?:\/\//.test(address) && URL.canParse(address)
}

function invalid(problem: string): TypeError {
  return Object.assign(new TypeError(`createNodeTransport: ${problem}`), { code: 'invalid_option' })
}
