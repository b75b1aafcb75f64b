import { fail, type Problem } from '../http/problem.ts'
import { readBounded } from '../http/read-bounded.ts'
import { hasParameter } from '../http/query.ts'

/** Bodies up to this size are kept while they are sent, so that they can be sent again with a newer token. */
const replayableBytes = 262_144
const formLimitBytes = 1_048_576
const formType = /^application\/x-www-form-urlencoded\b/i

/**
 * Gives the body to send: text or bytes where it is small and says so beforehand, the stream otherwise. A form is read
 * in any case: an access token in it must not travel on (RFC 6750, 2.2).
 */
export async function toUpstreamBody(
  request: Request,
  limitBytes = Infinity,
): Promise<RequestInit['body'] | undefined> {
  if (request.method === 'GET' || request.method === 'HEAD') return bodyOfGet(request)
  if (Number(request.headers.get('content-length') ?? 0) > limitBytes) return fail(bodyTooLarge(limitBytes))
  if (formType.test(request.headers.get('content-type') ?? ''))
    return await readForm(request, Math.min(limitBytes, formLimitBytes))
  const length = request.headers.get('content-length')
  if (length === null && !request.headers.has('transfer-encoding')) return undefined
  if (length === null || Number(length) > replayableBytes) return request.body
  const bytes = new Uint8Array(await request.arrayBuffer())
  return request.headers.has('content-type') ? toText(bytes) : bytes
}

/** What a tenant is answered whose body is larger than an operator allows. */
export function bodyTooLarge(limitBytes: number): Problem {
  return { status: 413, code: 'body_too_large', detail: `A body may have ${limitBytes} bytes at most.` }
}

function bodyOfGet({ headers, method }: Request): undefined {
  const hasBody = headers.has('transfer-encoding') || Number(headers.get('content-length') ?? 0) > 0
  if (hasBody) fail({ status: 400, code: 'body_not_allowed', detail: `A ${method} request has no body.` })
}

async function readForm(request: Request, limitBytes: number): Promise<string | Uint8Array<ArrayBuffer>> {
  const bytes = await readBounded(request.body, limitBytes)
  if (bytes === undefined) return fail(bodyTooLarge(limitBytes))
  const form = new TextDecoder('latin1').decode(bytes)
  if (hasParameter(`?${form}`, 'access_token')) {
    fail({ status: 400, code: 'invalid_request', detail: 'access_token in a form is not passed on. Take it out.' })
  }
  return toText(bytes)
}

/** Text goes the short way through the layers below; what is no UTF-8 has to stay bytes. */
function toText(bytes: Uint8Array<ArrayBuffer>): string | Uint8Array<ArrayBuffer> {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return bytes
  }
}
