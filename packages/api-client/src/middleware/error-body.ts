import type { Call } from '../call.ts'
import { attachFacts } from '../answer-facts.ts'
import { parseRetryAfter } from '../retry-after.ts'

/** How much of an error answer's body is read; the rest is dropped. */
export const errorBodyLimitBytes: number = 64 * 1024

const nullBodyStatuses = new Set([101, 103, 204, 205, 304])

/**
 * Reads the body of a failed answer up to a limit, so that a 10 MB error page of a proxy costs no more than a short
 * one. A body that breaks off counts as far as it came: the status is what matters.
 */
export async function readFailedAnswer({ plan, settings }: Call, response: Response): Promise<Response> {
  const retryAfterMs = parseRetryAfter(response.headers.get('retry-after'), settings.clock.wallMs())
  // Status 0 is the opaque redirect of browsers, which has no body and cannot be rebuilt.
  if (response.body === null || response.status === 0) {
    return attachFacts(response, { plan, retryAfterMs, body: undefined })
  }
  const start = await readStart(response.body)
  return attachFacts(rebuild(response, start), { plan, retryAfterMs, body: parse(start) })
}

/** Reads up to the limit, or as far as the body comes. */
async function readStart(body: ReadableStream<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const reader = body.getReader()
  const start = new Uint8Array(errorBodyLimitBytes)
  let length = 0
  try {
    while (length < start.length) {
      const { done, value } = await reader.read()
      if (done) break
      const taken = value.subarray(0, start.length - length)
      start.set(taken, length)
      length += taken.length
    }
    // Not awaited: a server that goes on sending must not hold the call.
    reader.cancel().catch(() => undefined)
  } catch {
    // Broken off; what came is what there is.
  }
  return start.subarray(0, length)
}

function parse(body: Uint8Array): unknown {
  const text = new TextDecoder().decode(body)
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function rebuild(response: Response, body: Uint8Array<ArrayBuffer>): Response {
  const headers = new Headers(response.headers)
  for (const name of ['content-length', 'content-encoding', 'transfer-encoding']) headers.delete(name)
  const { status, statusText, url } = response
  const rebuilt = new Response(nullBodyStatuses.has(status) ? null : body, { status, statusText, headers })
  Object.defineProperty(rebuilt, 'url', { value: url })
  return rebuilt
}
