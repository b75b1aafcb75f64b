import { AuthError } from '@grantkit/auth-core'

/** A redirect URI a local program can answer on, taken apart for listening. */
export interface LoopbackRedirect {
  /** Exactly as registered at the provider, unless that takes any port. */
  readonly uri: string
  /** What the `Host` header of a callback has to say. */
  readonly host: string
  /** 0: any that is free. */
  readonly port: number
  readonly path: string
  /** The address literals to bind: both families where the name `localhost` is registered. */
  readonly addresses: readonly string[]
}

/** GoTo compares redirect URIs exactly; this one is what users of the original library registered. */
export const defaultRedirectUri = 'http://localhost:8080/callback'

/** Where any port goes, no name has to be resolved either (RFC 8252 §8.3). */
const defaultUriOnAnyPort = 'http://127.0.0.1/callback'

const addressesOfHost: Readonly<Record<string, readonly string[]>> = {
  // A browser may resolve the name to either family, and whoever holds the other one would receive the code.
  localhost: ['127.0.0.1', '::1'],
  '127.0.0.1': ['127.0.0.1'],
  '[::1]': ['::1'],
}

/** Tells whether a URL's host name is this machine: `localhost`, `127.0.0.1` or `[::1]`. */
export function isLoopbackHost(hostname: string): boolean {
  return Object.hasOwn(addressesOfHost, hostname)
}

/**
 * Takes a redirect URI apart; `undefined` stands for the default. With `anyPort`, one that names no port, or port 0, gets
 * any that is free. Throws `invalid_redirect_uri` for anything but plain http on `localhost`, `127.0.0.1` or
 * `[::1]` with a path: a web callback belongs to `beginAuthorization` of `@grantkit/auth-core`.
 */
export function parseRedirectUri(given: string | undefined, options: { anyPort?: boolean } = {}): LoopbackRedirect {
  const { anyPort = false } = options
  const uri = given ?? (anyPort ? defaultUriOnAnyPort : defaultRedirectUri)
  const url = URL.canParse(uri) ? new URL(uri) : undefined
  if (url === undefined) throw invalid(uri, 'is not an absolute URL')
  if (url.username !== '' || url.password !== '') throw invalid('', 'contains credentials')
  const addresses = isLoopbackHost(url.hostname) ? addressesOfHost[url.hostname] : undefined
  if (addresses === undefined) {
    throw invalid(uri, 'is not on this machine (a web callback is the work of beginAuthorization)')
  }
  if (url.protocol !== 'http:') throw invalid(uri, 'is not plain http, the only scheme a local listener can answer')
  if (url.pathname === '/') throw invalid(uri, 'has no path')
  if (url.search !== '' || url.hash !== '') throw invalid(uri, 'has a query or a fragment')
  if (anyPort && (url.port === '' || url.port === '0')) {
    return { uri, host: url.host, port: 0, path: url.pathname, addresses }
  }
  const port = url.port === '' ? 80 : Number(url.port)
  if (port === 0) throw invalid(uri, 'has port 0; this provider compares the port')
  return { uri, host: url.host, port, path: url.pathname, addresses }
}

/** Gives a redirect URI that takes any port the one that was free. */
export function atPort(redirect: LoopbackRedirect, port: number): LoopbackRedirect {
  const url = new URL(redirect.uri)
  url.port = String(port)
  return { ...redirect, uri: url.href, host: url.host, port }
}

function invalid(uri: string, problem: string): AuthError {
  const quoted = uri === '' ? '' : ` ${JSON.stringify(uri)}`
  return new AuthError(
    'invalid_redirect_uri',
    `The redirect URI${quoted} ${problem}. signIn listens on this machine: register and use a loopback address with a ` +
      `path, such as ${defaultRedirectUri}.`,
  )
}
