import { createDispatcher } from './create-dispatcher.ts'
import { exchange } from './exchange.ts'
import { toOutgoingRequest } from './outgoing-request.ts'
import { checkOptions, type NodeTransportOptions } from './transport-options.ts'

/** A `fetch` with connections of its own. */
export interface NodeTransport extends AsyncDisposable {
  /**
   * Does what the platform's `fetch` does, on these connections; but redirects are never followed, and nothing is
   * cached. Rejects with the signal's reason, with a TypeError for what cannot be sent, and with a TypeError whose
   * `cause` has the code of undici or the system if there is no answer. Takes any number of parallel calls.
   */
  readonly fetch: (input: Request | URL | string, init?: RequestInit) => Promise<Response>
  /** `fetch` asks no more of a signal than `aborted`, `reason`, `addEventListener` and `removeEventListener`. */
  readonly plainSignals: true
  /**
   * Takes no more requests, waits for the last byte of the answers under way, and closes all connections. An answer
   * that nobody reads holds it up if it is larger than 64 KiB: read or cancel it.
   */
  close(): Promise<void>
}

/**
 * Creates a transport on undici with a connection pool of its own. Throws a TypeError with the code `invalid_option`.
 * It lives until it is closed; its idle connections do not keep the process alive.
 *
 * ```ts
 * await using transport = createNodeTransport({ http2: true })
 * const voice = createGotoVoice({ connection, transport })
 * ```
 */
export function createNodeTransport(options: NodeTransportOptions = {}): NodeTransport {
  checkOptions(options)
  const dispatcher = createDispatcher(options)
  let closing: Promise<void> | undefined
  const close = (): Promise<void> => (closing ??= dispatcher.close())
  return {
    async fetch(input, init) {
      const request = toOutgoingRequest(input, init)
      return await exchange(dispatcher, request instanceof Promise ? await request : request)
    },
    plainSignals: true,
    close,
    [Symbol.asyncDispose]: close,
  }
}
