import { Readable } from 'node:stream'

/** A body as undici sends it: bytes of a known length, or a stream. */
export type OutgoingBody = string | Uint8Array | Readable

/** What the platform's fetch takes as a body. */
export type FetchBody = NonNullable<RequestInit['body']> | AsyncIterable<Uint8Array>

/** Turns a body into what undici sends, and adds the headers that follow from it. Bytes are copied as they are now. */
export function toOutgoingBody(body: FetchBody, headers: Headers): OutgoingBody | Promise<OutgoingBody> {
  if (typeof body === 'string') {
    setDefault(headers, 'content-type', 'text/plain;charset=UTF-8')
    return body
  }
  if (body instanceof ReadableStream) return Readable.fromWeb(body as never)
  if (body instanceof ArrayBuffer) return new Uint8Array(body.slice())
  if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer, body.byteOffset, body.byteLength).slice()
  if (Symbol.asyncIterator in body) return Readable.from(body, { objectMode: false })
  return encode(body, headers)
}

/** Blobs are streamed; forms are held in memory, because only then their length is known. */
function encode(body: Blob | FormData | URLSearchParams, headers: Headers): OutgoingBody | Promise<OutgoingBody> {
  const encoded = new Response(body)
  const type = encoded.headers.get('content-type')
  if (type !== null) setDefault(headers, 'content-type', type)
  if (!(body instanceof Blob) || encoded.body === null) return encoded.bytes()
  headers.set('content-length', String(body.size))
  return Readable.fromWeb(encoded.body as never)
}

/**
 * Turns the body of a Request into what undici sends. A Request does not tell whether its body was text or a stream:
 * what ends with its first chunk is sent with its length, as servers expect of text.
 */
export async function toBodyOfRequest(body: ReadableStream<Uint8Array>): Promise<OutgoingBody> {
  const reader = body.getReader()
  const first = reader.read()
  const start = await settled(first)
  if (start?.done === true) return new Uint8Array()
  const second = reader.read()
  const next = await Promise.race([settled(second), nextTurn()])
  return start !== undefined && next?.done === true
    ? start.value
    : Readable.from(chunksOf(reader, [first, second]), { objectMode: false })
}

type Reading = Promise<ReadableStreamReadResult<Uint8Array>>

/** A reading that fails is left to whoever takes the chunks. */
function settled(reading: Reading): Promise<Awaited<Reading> | undefined> {
  return reading.catch(() => undefined)
}

async function* chunksOf(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  begun: readonly Reading[],
): AsyncGenerator<Uint8Array, void, void> {
  const ahead = [...begun]
  try {
    for (;;) {
      const { done, value } = await (ahead.shift() ?? reader.read())
      if (done) return
      yield value
    }
  } finally {
    reader.cancel().catch(() => undefined)
  }
}

function nextTurn(): Promise<undefined> {
  return new Promise((resolve) => void setImmediate(resolve, undefined))
}

function setDefault(headers: Headers, name: string, value: string): void {
  if (!headers.has(name)) headers.set(name, value)
}
