import type { TokenSet } from './access-token.ts'
import type { Clock } from './clock.ts'
import { pause, within } from './stopwatch.ts'
import { backoffMs } from './refresh/times.ts'

export interface TokenHook {
  /** Awaits the app's function, for a while; never rejects. */
  saved(tokens: TokenSet): Promise<void>
  isIdle(): boolean
}

const limitMs = 30_000

/**
 * Awaits the app's `onTokenRefresh` for at most 30 s. When it fails, tries again in the background until newer tokens
 * replace these; one that hangs is not called a second time.
 */
export function createTokenHook(ports: {
  readonly hook: ((tokens: TokenSet) => Promise<void>) | undefined
  readonly clock: Clock
  failed(facts: { generation: number; attempt: number }): void
}): TokenHook {
  const { hook, clock, failed } = ports
  let newest = 0
  let pending = 0

  async function tryOnce(tokens: TokenSet, attempt: number): Promise<boolean> {
    try {
      await hook?.(tokens)
      return true
    } catch {
      // The hook's error is the app's own and may quote the tokens, so only the fact is passed on.
      failed({ generation: tokens.generation, attempt })
      return false
    }
  }

  async function insist(tokens: TokenSet, first: Promise<boolean>): Promise<void> {
    pending += 1
    let isDone = await first
    for (let attempt = 2; !isDone; attempt += 1) {
      await pause(clock, backoffMs(attempt - 1), { background: true })
      isDone = tokens.generation < newest || (await tryOnce(tokens, attempt))
    }
    pending -= 1
  }

  return {
    async saved(tokens) {
      newest = Math.max(newest, tokens.generation)
      const first = tryOnce(tokens, 1)
      // Never rejects: failures are events.
      void insist(tokens, first)
      const isDone = await within(clock, first, limitMs)
      if (isDone === undefined) failed({ generation: tokens.generation, attempt: 1 })
    },
    isIdle: () => pending === 0,
  }
}
