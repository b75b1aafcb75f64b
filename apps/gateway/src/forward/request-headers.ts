import { connectionFields } from '../http/connection-fields.ts'

/**
 * Request headers that are passed on. All others stay here: hop-by-hop fields, credentials, cookies, `Forwarded` and
 * what looks like any of them to a server that folds `_` into `-`.
 */
const passedOn = [
  'accept',
  'accept-language',
  'content-language',
  'content-length',
  'content-type',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'prefer',
  'range',
]

/** What the vendor gets to see of a request's headers. What `Connection` names is the connection's (RFC 9110, 7.6.1). */
export function toUpstreamHeaders(headers: Headers): Headers {
  const ofConnection = connectionFields(headers)
  const passed = new Headers()
  for (const name of passedOn) {
    const value = headers.get(name)
    if (value !== null && !ofConnection.has(name)) passed.set(name, value)
  }
  // Bytes are passed on as they come; a coding would have to be undone here.
  passed.set('accept-encoding', 'identity')
  passed.set('user-agent', 'grantkit-gateway')
  return passed
}
