import type { Clock } from '@grantkit/auth-core'

export interface TimeLimits {
  /** From the last byte that was sent to the head of the answer. */
  readonly headMs: number
  /** Between two pieces of a body, the caller's or the API's. */
  readonly idleMs: number
  /** From the first byte of the request to the last one of the answer. */
  readonly totalMs: number
}

/** Whose move is waited for: the caller's next piece of the body, the head of the answer, its next piece. */
export type Turn = 'caller' | 'head' | 'answer'

/** Watches over one exchange with an API. */
export interface ExchangeWatch {
  /** Aborts when the caller leaves or a limit is over. */
  readonly signal: AbortSignal
  /** Notes that something moved, and what is waited for now. */
  next(turn: Turn): void
  /** What was waited for, and the limit that is over, if one is. */
  over(): { readonly turn: Turn; readonly limitMs: number } | undefined
  /** Watches no longer. */
  done(): void
}

export interface ExchangeWatchOptions {
  readonly clock: Pick<Clock, 'setTimer' | 'monotonicMs'>
  readonly limits: TimeLimits
}

/** Begins to watch; the head of the answer is what is waited for first. */
export function watchExchange(caller: AbortSignal, { clock, limits }: ExchangeWatchOptions): ExchangeWatch {
  const controller = new AbortController()
  const endMs = clock.monotonicMs() + limits.totalMs
  let turn: Turn = 'head'
  let movedMs = clock.monotonicMs()
  let ended: { readonly turn: Turn; readonly limitMs: number } | undefined
  let isOver = false
  let armedMs = endMs

  const waitMs = (): number => (turn === 'head' ? limits.headMs : limits.idleMs)
  const dueMs = (): number => Math.min(movedMs + waitMs(), endMs)

  // It looks again where something moved meanwhile: a piece of a body costs a glance at the clock, not a timer.
  function arm(): () => void {
    armedMs = dueMs()
    return clock.setTimer(look, armedMs - clock.monotonicMs())
  }
  function look(): void {
    if (dueMs() > clock.monotonicMs()) {
      cancel = arm()
      return
    }
    isOver = true
    ended = { turn, limitMs: dueMs() === endMs ? limits.totalMs : waitMs() }
    controller.abort(new DOMException('A limit of time is over.', 'TimeoutError'))
  }
  const leave = (): void => controller.abort(caller.reason)
  if (caller.aborted) leave()
  else caller.addEventListener('abort', leave, { once: true })
  let cancel = arm()

  return {
    signal: controller.signal,
    over: () => ended,
    next(wanted) {
      turn = wanted
      movedMs = clock.monotonicMs()
      if (isOver || dueMs() >= armedMs) return
      cancel()
      cancel = arm()
    },
    done() {
      isOver = true
      cancel()
      caller.removeEventListener('abort', leave)
    },
  }
}
