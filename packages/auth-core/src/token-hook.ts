import type { TokenSet } from './access-token.ts'
import type { Clock } from './clock.ts'
import { pause } from './stopwatch.ts'
import { backoffMs } from './refresh/times.ts'

/** Awaits the app's `onTokenRefresh`; when it fails, tries again in the background until newer tokens replace these. */
export function createTokenHook(ports: {
  readonly hook: ((tokens: TokenSet) => Promise<void>) | undefined
  readonly clock: Clock
  failed(facts: { generation: number; attempt: number }): void
}): (tokens: TokenSet) => Promise<void> {
  const { hook, clock, failed } = ports
  let newest = 0

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

  async function insist(tokens: TokenSet): Promise<void> {
    for (let attempt = 2; ; attempt += 1) {
      await pause(clock, backoffMs(attempt - 1), { background: true })
      if (tokens.generation < newest || (await tryOnce(tokens, attempt))) return
    }
  }

  return async (tokens) => {
    newest = Math.max(newest, tokens.generation)
    if (await tryOnce(tokens, 1)) return
    // Never rejects: failures are events.
    void insist(tokens)
  }
}
