import { connectionFields } from '../http/connection-fields.ts'

/** Answer headers that are passed on; never cookies, CORS, `Server`, HSTS, `Alt-Svc` or hop-by-hop fields. */
const passedOn = [
  'accept-ranges',
  'content-disposition',
  'content-language',
  'content-range',
  'content-type',
  'etag',
  'last-modified',
  'link',
  'location',
  'ratelimit',
  'ratelimit-limit',
  'ratelimit-policy',
  'ratelimit-remaining',
  'ratelimit-reset',
  'retry-after',
  'x-correlation-id',
  'x-ratelimit-limit',
  'x-ratelimit-remaining',
  'x-ratelimit-reset',
  'x-trace-id',
]

/** What the caller gets to see of an answer's headers. */
export function toCallerHeaders(answer: Response): Headers {
  const ofConnection = connectionFields(answer.headers)
  const passed = new Headers({ 'cache-control': 'no-store' })
  for (const name of passedOn) {
    const value = answer.headers.get(name)
    if (value !== null && !ofConnection.has(name)) passed.set(name, value)
  }
  const requestId = answer.headers.get('x-request-id')
  if (requestId !== null) passed.set('upstream-request-id', requestId)
  // A length holds only for bytes that nobody decoded on the way.
  const length = answer.headers.get('content-length')
  if (length !== null && !answer.headers.has('content-encoding')) passed.set('content-length', length)
  return passed
}
