import type { SandboxClock } from '../sandbox-clock.ts'

export interface DribbleOptions {
  readonly bytes: number
  readonly everyMs: number
  readonly clock: SandboxClock
  readonly isClosed: () => boolean
}

/** Lets a body out a few bytes at a time; it breaks off when the sandbox is closed. */
export function dribble(body: Uint8Array<ArrayBuffer>, o: DribbleOptions): ReadableStream<Uint8Array<ArrayBuffer>> {
  let sent = 0
  return new ReadableStream(
    {
      async pull(stream) {
        if (sent > 0) await o.clock.sleep(o.everyMs)
        if (o.isClosed()) return stream.error(new TypeError('The sandbox was closed.'))
        if (sent >= body.length) return stream.close()
        stream.enqueue(body.subarray(sent, sent + o.bytes))
        sent += o.bytes
      },
    },
    { highWaterMark: 0 },
  )
}
