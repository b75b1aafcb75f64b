/** What the sender of a body can be told. */
export interface BodySource {
  /** Sends no more for now. */
  pause(): void
  resume(): void
  /** Sends no more at all. */
  abort(reason: unknown): void
}

/** The bytes of an answer as they come. They can be taken once: as a whole, or as a stream. */
export interface IncomingBody {
  push(chunk: Buffer): void
  end(): void
  fail(error: unknown): void
  whole(): Promise<Buffer>
  stream(): ReadableStream<Uint8Array>
}

/** Who takes the bytes, told as they come. */
interface Taker {
  push(chunk: Buffer): void
  end(): void
  fail(error: unknown): void
}

/** What is held before anybody reads, and in an unread stream; beyond it the sender has to wait. */
const heldBytes = 64 * 1024

/** Holds what comes until it is taken. A small body that nobody takes frees its connection all the same. */
export function createIncomingBody(source: BodySource): IncomingBody {
  const chunks: Buffer[] = []
  let held = 0
  let taker: Taker | undefined
  let outcome: { readonly error?: unknown } | undefined

  function take(by: Taker): void {
    taker = by
    for (const chunk of chunks.splice(0)) by.push(chunk)
    if (outcome === undefined) source.resume()
    else settle(by, outcome)
  }

  function finish(how: { readonly error?: unknown }): void {
    outcome = how
    if (taker !== undefined) settle(taker, how)
  }

  return {
    push(chunk) {
      if (taker !== undefined) return taker.push(chunk)
      chunks.push(chunk)
      held += chunk.length
      if (held > heldBytes) source.pause()
    },
    end: () => finish({}),
    fail: (error) => finish({ error }),
    whole() {
      // The usual case: all of it came in one piece before it was asked for.
      if (outcome !== undefined && !('error' in outcome)) return Promise.resolve(join(chunks))
      return new Promise((resolve, reject) => {
        const all: Buffer[] = []
        take({ push: (chunk) => void all.push(chunk), end: () => resolve(join(all)), fail: reject })
      })
    },
    stream() {
      return new ReadableStream<Uint8Array>(
        {
          start(controller) {
            take({
              push(chunk) {
                controller.enqueue(chunk)
                if ((controller.desiredSize ?? 0) <= 0) source.pause()
              },
              end: () => controller.close(),
              fail: (error) => controller.error(error),
            })
          },
          pull: () => source.resume(),
          cancel(reason) {
            taker = { push: ignore, end: ignore, fail: ignore }
            source.abort(reason)
          },
        },
        new ByteLengthQueuingStrategy({ highWaterMark: heldBytes }),
      )
    },
  }
}

function settle(taker: Taker, outcome: { readonly error?: unknown }): void {
  if ('error' in outcome) taker.fail(outcome.error)
  else taker.end()
}

function join(chunks: readonly Buffer[]): Buffer {
  const [only, ...more] = chunks
  return only !== undefined && more.length === 0 ? only : Buffer.concat(chunks)
}

function ignore(): void {}
