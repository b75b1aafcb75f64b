import type { GrantRecord } from './grant-record.ts'
import { storeNowMs, type GrantView } from './grant-view.ts'

/** What is told of a refresh token whose end comes near. */
export interface EndFacts {
  readonly generation: number
  readonly refreshTokenExpiresAtMs: number
}

const longestNoticeMs = 7 * 24 * 3_600_000

/** Makes the watch over a connection's views that tells once of each end that comes near. */
export function createEndNotice(ports: {
  /** The app has something to exchange in place of the refresh token: no person is needed. */
  replaces(record: GrantRecord): boolean
  endsSoon(facts: EndFacts): void
}): (view: GrantView) => void {
  let toldOf: number | undefined
  return (view) => {
    const { record } = view.reading
    const refreshTokenExpiresAtMs = record?.tokens.refreshTokenExpiresAtMs
    if (record === undefined || refreshTokenExpiresAtMs === undefined || refreshTokenExpiresAtMs === toldOf) return
    if (storeNowMs(view) < noticeMs(record, refreshTokenExpiresAtMs) || ports.replaces(record)) return
    toldOf = refreshTokenExpiresAtMs
    ports.endsSoon({ generation: record.generation, refreshTokenExpiresAtMs })
  }
}

/** Seven days before the end, at most the last quarter of the refresh token's life; never where nothing could end. */
function noticeMs({ state, tokens }: GrantRecord, endMs: number): number {
  if (state === 'closed' || state === 'reauth' || tokens.refreshToken === undefined) return Infinity
  const { refreshTokenObtainedAtMs: fromMs = -Infinity } = tokens
  return endMs - Math.min(longestNoticeMs, (endMs - fromMs) / 4)
}
