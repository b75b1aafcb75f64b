import type { Clock } from '../clock.ts'

const shortestPollMs = 20
const longestPollMs = 250

/** Resolves at the next notice, or when it is time to look again: notices are hints and may be lost. */
export function nextChange(
  subscriptions: readonly ((listener: () => void) => () => void)[],
  { clock, random, limitMs }: { clock: Clock; random: () => number; limitMs: number },
): Promise<void> {
  const pollMs = Math.min(shortestPollMs + random() * (longestPollMs - shortestPollMs), Math.max(limitMs, 0))
  return new Promise((resolve) => {
    const stops: (() => void)[] = []
    const end = (): void => {
      for (const stop of stops) stop()
      resolve()
    }
    stops.push(clock.setTimer(end, pollMs))
    for (const subscribe of subscriptions) stops.push(subscribe(end))
  })
}
