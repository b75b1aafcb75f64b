import { AuthError } from '@grantkit/auth-core'

/** A redirect URI a local program can answer on, taken apart for listening. */
export interface LoopbackRedirect {
  /** Exactly as registered at the provider. */
  readonly uri: string
  /** What the `Host` header of a callback has to say. */
  readonly host: string
  readonly port: number
  readonly path: string
  /** The address literals to bind: both families where the name `localhost` is registered. */
  readonly addresses: readonly string[]
}

/** GoTo compares redirect URIs exactly; this one is what users of the original library registered. */
export const defaultRedirectUri = 'http://localhost:8080/callback'

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
 * Takes a redirect URI apart. Throws `invalid_redirect_uri` for anything but plain http on `localhost`, `127.0.0.1` or
 * `[::1]` with a path: a web callback belongs to `beginAuthorization` of `@grantkit/auth-core`.
 */
export function parseRedirectUri(uri: string): LoopbackRedirect {
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
  const port = url.port === '' ? 80 : Number(url.port)
  if (port === 0) throw invalid(uri, 'has port 0; providers compare the port')
  return { uri, host: url.host, port, path: url.pathname, addresses }
}

function invalid(uri: string, problem: string): AuthError {
  const quoted = uri === '' ? '' : ` ${JSON.stringify(uri)}`
  return new AuthError(
    'invalid_redirect_uri',
    `The redirect URI${quoted} ${problem}. signIn listens on this machine: register and use a loopback address with a ` +
      `path, such as ${defaultRedirectUri}.`,
  )
}
