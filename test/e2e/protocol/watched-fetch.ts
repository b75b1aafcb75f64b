import { randomUUID } from 'node:crypto'
import type { Fetch } from '@grantkit/auth-core'
import { hash, type HistoryWriter, type RecordFacts } from '@grantkit/history'

export interface FetchWatch {
  readonly history: HistoryWriter
  readonly worker: string
  /** The claim this process wrote down last. */
  lastClaim(): RecordFacts['claim']
  sent?(): Promise<void>
  answered?(): void
  /** Makes every other request. */
  readonly otherFetch?: Fetch
}

/** Records each presentation of a refresh token and what the server said to it. */
export function watchedFetch({ history, worker, lastClaim, sent, answered, otherFetch = fetch }: FetchWatch): Fetch {
  return async (input, init) => {
    const { body } = init ?? {}
    const form = new URLSearchParams(typeof body === 'string' || body instanceof URLSearchParams ? body : '')
    const presented = form.get('grant_type') === 'refresh_token' ? form.get('refresh_token') : null
    if (presented === null) return otherFetch(input, init)
    const refreshToken = hash(presented)
    const request = randomUUID()
    history.write({ kind: 'sent', request, worker, claimId: lastClaim()?.id ?? 'none', refreshToken })
    const answer = fetch(input, init)
    await sent?.()
    const response = await answer
    const told = toldBy(
      await response
        .clone()
        .json()
        .catch(() => undefined),
      presented,
    )
    history.write({ kind: 'told', request, status: response.status, ...told })
    answered?.()
    return response
  }
}

function toldBy(body: unknown, presented: string): { error?: string; issued?: string } {
  if (typeof body !== 'object' || body === null) return {}
  const { error, refresh_token: issued } = body as Record<string, unknown>
  if (typeof error === 'string') return { error }
  return typeof issued === 'string' && issued !== presented ? { issued: hash(issued) } : {}
}
