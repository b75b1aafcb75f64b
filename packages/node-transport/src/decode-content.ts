import { Duplex, type Transform } from 'node:stream'
import { promisify } from 'node:util'
import * as zlib from 'node:zlib'
import type { IncomingBody } from './incoming-body.ts'

/** What can be read of an answer's body. */
export type BodyReader = Pick<IncomingBody, 'whole' | 'stream'>

interface Coding {
  readonly whole: (bytes: Buffer) => Promise<Buffer>
  readonly stream: () => Transform
}

const gzip: Coding = { whole: promisify(zlib.gunzip), stream: () => zlib.createGunzip() }
const codings: Readonly<Record<string, Coding>> = {
  gzip,
  'x-gzip': gzip,
  deflate: { whole: promisify(zlib.inflate), stream: () => zlib.createInflate() },
  br: { whole: promisify(zlib.brotliDecompress), stream: () => zlib.createBrotliDecompress() },
  zstd: { whole: promisify(zlib.zstdDecompress), stream: () => zlib.createZstdDecompress() },
}

/** What a request says it can read, in the order of preference. */
export const acceptEncoding = 'gzip, br, zstd'

/** Undoes the codings of `content-encoding`, the last one first. A coding that is not known leaves the body as it came. */
export function decodeContent(body: BodyReader, contentEncoding: string): BodyReader {
  const names = contentEncoding.split(',').map((name) => name.trim().toLowerCase())
  const steps = names
    .filter((name) => name !== 'identity')
    .toReversed()
    .map((name) => codings[name])
  return steps.every((step) => step !== undefined) ? steps.reduce(decoded, body) : body
}

function decoded(body: BodyReader, coding: Coding): BodyReader {
  return {
    async whole() {
      const bytes = await body.whole()
      // Some servers name a coding for a body that is not there.
      return bytes.length === 0 ? bytes : coding.whole(bytes)
    },
    stream: () =>
      body.stream().pipeThrough(Duplex.toWeb(coding.stream()) as ReadableWritablePair<Uint8Array, Uint8Array>),
  }
}
