import type { LedgerEntry } from './ledger.ts'

/** One request on its way through the sandbox. */
export interface Call {
  readonly request: Request
  readonly url: URL
  /** The request's bytes; absent if there were more than the sandbox reads. */
  readonly body: Uint8Array | undefined
  readonly entry: LedgerEntry
}

/** An answer before it becomes a `Response`. */
export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly text?: string
  /** The vendor's error code, for the ledger. */
  readonly error?: string
}

/** What Hono hands to the routes. */
export interface CallEnv {
  readonly Bindings: { readonly call: Call }
}

export function jsonAnswer(status: number, body: unknown, more: Omit<Answer, 'status' | 'text'> = {}): Answer {
  const headers = { 'content-type': 'application/json', ...more.headers }
  return { ...more, status, headers, text: JSON.stringify(body) }
}

/** Notes the error in the ledger and makes the response. */
export function respond(call: Call, answer: Answer): Response {
  if (answer.error !== undefined) call.entry.error = answer.error
  call.entry.processed = answer.status < 400
  const mayHaveBody = answer.status !== 204 && answer.status !== 304
  return new Response(mayHaveBody ? (answer.text ?? '') : null, {
    status: answer.status,
    headers: answer.headers ?? {},
  })
}

/** Reads at most `limit` bytes; beyond that it stops reading and returns nothing. */
export async function readBody(request: Request, limit: number): Promise<Uint8Array | undefined> {
  if (Number(request.headers.get('content-length')) > limit) return undefined
  if (request.body === null) return new Uint8Array()
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of request.body) {
    length += chunk.byteLength
    if (length > limit) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
