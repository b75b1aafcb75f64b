import type { Fetch } from '@grantkit/auth-core'
import { hash, type HistoryWriter, type RecordFacts } from './history.ts'

type Claim = NonNullable<RecordFacts['claim']>

/** Records each presentation of a refresh token and what the server said to it. */
export function watchedFetch(
  history: HistoryWriter,
  lastClaim: () => Claim | undefined,
  hooks: { sent?(): Promise<void>; answered?(): void } = {},
  otherFetch: Fetch = fetch,
): Fetch {
  return async (input, init) => {
    const form = new URLSearchParams(
      typeof init?.body === 'string' || init?.body instanceof URLSearchParams ? init.body : '',
    )
    const presented = form.get('grant_type') === 'refresh_token' ? form.get('refresh_token') : null
    if (presented === null) return otherFetch(input, init)
    const refreshToken = hash(presented)
    const { id: claimId = 'none', generation = 0 } = lastClaim() ?? {}
    history.write({ kind: 'sent', claimId, generation, refreshToken, atMs: Date.now() })
    const answer = fetch(input, init)
    await hooks.sent?.()
    const response = await answer
    const body: unknown = await response.clone().json()
    const error = typeof body === 'object' && body !== null && 'error' in body ? { error: String(body.error) } : {}
    history.write({ kind: 'told', refreshToken, status: response.status, ...error })
    hooks.answered?.()
    return response
  }
}
