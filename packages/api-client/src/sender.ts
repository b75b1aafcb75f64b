import type { Fetch } from '@grantkit/auth-core'

/** Sends the requests of a call, and makes what stops them. */
export interface Sender {
  readonly fetch: Fetch
  readonly createAborter: () => Aborter
}

/** What tells a `fetch` to stop. */
export interface Aborter {
  readonly signal: AbortSignal
  abort(reason: unknown): void
}

/**
 * Stands in for an AbortController where the transport says that this is enough: making a real signal and listening to
 * it costs more than all our layers together.
 */
export function plainAborter(): Aborter {
  let listener: (() => void) | undefined
  const signal = {
    aborted: false,
    reason: undefined as unknown,
    addEventListener: (_type: string, added: () => void) => void (listener = added),
    removeEventListener: () => void (listener = undefined),
  }
  return {
    signal: signal as unknown as AbortSignal,
    abort(reason) {
      signal.aborted = true
      signal.reason = reason
      listener?.()
    },
  }
}

export function platformAborter(): Aborter {
  return new AbortController()
}
