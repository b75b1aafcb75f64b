import type { Repeater } from '../repeater.ts'
import type { FetchMiddleware } from './fetch-middleware.ts'

/** Repeats an attempt that failed in a passing way, as the repeater decides. */
export function retry(repeater: Repeater): FetchMiddleware {
  return (next) => async (input, init) => {
    for (;;) {
      const outcome = await attempt(repeater, next(repeater.canRepeat() ? copyOf(input) : input, init))
      const delayMs = repeater.delayAfter(outcome)
      if (delayMs === undefined) {
        if ('error' in outcome) throw outcome.error
        return outcome.response
      }
      if ('response' in outcome) discard(outcome.response)
      await repeater.wait(delayMs)
    }
  }
}

export type Outcome = { readonly response: Response; readonly refusedForNow: boolean } | { readonly error: unknown }

async function attempt(repeater: Repeater, answer: Promise<Response>): Promise<Outcome> {
  try {
    const response = await answer
    return { response, refusedForNow: await repeater.isRefusedForNow(response) }
  } catch (error) {
    return { error }
  }
}

/** Only a Request with a body cannot be sent again as it is; copying one costs more than all layers together. */
function copyOf(input: Request | URL | string): Request | URL | string {
  return typeof input === 'object' && 'body' in input && input.body !== null ? input.clone() : input
}

/** Lets the connection go without reading the rest. */
function discard(response: Response): void {
  // A body that is already broken or locked needs no cancelling.
  response.body?.cancel().catch(() => undefined)
}
