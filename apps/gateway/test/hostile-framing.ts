/** Headers that frame a body so that two servers may disagree on where it ends. */
export const hostileFramings: readonly (readonly [name: string, lines: string])[] = [
  ['two lengths', 'Content-Length: 0\r\nContent-Length: 44\r\n'],
  ['a list of lengths', 'Content-Length: 0, 44\r\n'],
  ['a length with a sign', 'Content-Length: +0\r\n'],
  ['a length and a coding', 'Content-Length: 4\r\nTransfer-Encoding: chunked\r\n'],
  ['a coding and a length', 'Transfer-Encoding: chunked\r\nContent-Length: 4\r\n'],
  ['a coding that is not the last', 'Transfer-Encoding: chunked, gzip\r\n'],
  ['two codings', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n'],
  ['a coding that nobody knows', 'Transfer-Encoding: xchunked\r\n'],
  ['a coding in disguise', 'Transfer-Encoding: \u000bchunked\r\n'],
  ['a blank before the colon', 'Transfer-Encoding : chunked\r\n'],
  ['a folded line', 'Transfer-Encoding:\r\n chunked\r\n'],
  ['a bare line feed', 'X-Any: a\nTransfer-Encoding: chunked\r\n'],
  ['a bare carriage return', 'X-Any: a\rTransfer-Encoding: chunked\r\n'],
]

/** Sizes of a chunk that are none. */
export const hostileChunkSizes = ['0x4', '4;a\nb', '-1', '4 4', 'ffffffffffffffff1', '+4', '4_0', '']

/** A request whose body is framed so, with another request where the body may have ended. */
export function smuggle(session: string, framing: string): Buffer {
  const authorization = `Authorization: Bearer ${session}`
  const inner = `DELETE /voice-proxy/extensions/1 HTTP/1.1\r\nHost: a\r\n${authorization}\r\n\r\n`
  const head = `POST /voice-proxy/locations HTTP/1.1\r\nHost: a\r\n${authorization}\r\n${framing}\r\n`
  return Buffer.from(`${head}0\r\n\r\n${inner}`, 'latin1')
}

/** A request with one chunk whose size is written so. */
export function chunked(session: string, size: string): Buffer {
  const head = `POST /voice-proxy/locations HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${session}\r\n`
  const body = `Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${size}\r\nabcd\r\n0\r\n\r\n`
  return Buffer.from(head + body, 'latin1')
}
