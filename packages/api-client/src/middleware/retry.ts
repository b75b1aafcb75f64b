import { delayAfter, hasRepeats, pause, type Outcome } from '../repeats.ts'
import type { Send } from './layer.ts'

/** Repeats an attempt that failed in a passing way. */
export function retry(next: Send): Send {
  return async (call, input, init) => {
    for (;;) {
      let outcome: Outcome
      try {
        const response = await next(call, hasRepeats(call) ? copyOf(input) : input, init)
        if (response.ok) return response
        outcome = { response }
      } catch (error) {
        outcome = { error }
      }
      const delayMs = delayAfter(call, outcome)
      if (delayMs === undefined) {
        if ('error' in outcome) throw outcome.error
        return outcome.response
      }
      await pause(call, delayMs)
    }
  }
}

/** Only a Request with a body cannot be sent again as it is; copying one costs more than all layers together. */
function copyOf(input: Request | URL | string): Request | URL | string {
  return typeof input === 'object' && 'body' in input && input.body !== null ? input.clone() : input
}
