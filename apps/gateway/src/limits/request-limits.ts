import { fail } from '../http/problem.ts'
import type { OpenSession } from '../model/session-access.ts'
import type { Settings } from '../settings.ts'
import type { Meter } from './meter.ts'
import type { Quota } from './quota.ts'

/** What is limited by itself. The provider is that of all tenants together. */
export type Limited = 'key' | 'session' | 'connection' | 'tenant' | 'provider'

/** Refuses with 429 what is more than its limits. */
export interface RequestLimits {
  ofKey(keyId: string): void
  ofSession(open: OpenSession): void
  /** Of sessions that one key starts. A session lives its time, so this limits how many there are, too. */
  ofNewSession(keyId: string): void
}

const burstMs = 2_000

export function createRequestLimits(
  meter: Meter,
  {
    requestsPerSecond,
    sessionsPerKey,
    sessionMs,
  }: Pick<Settings, 'requestsPerSecond' | 'sessionsPerKey' | 'sessionMs'>,
): RequestLimits {
  const quota = (kind: Limited, ...ids: readonly string[]): Quota => {
    return { ids: [kind, ...ids], perSecond: requestsPerSecond[kind], burstMs }
  }

  return {
    ofKey(keyId) {
      take([quota('key', keyId)])
    },
    ofSession({ id, session, app }) {
      // From the narrowest: who uses up their own takes nothing from anybody else.
      take([
        quota('session', id),
        quota('connection', session.tenant, app.id),
        quota('tenant', session.tenant),
        quota('provider', app.provider),
      ])
    },
    ofNewSession(keyId) {
      const perSecond = sessionsPerKey / 2 / (sessionMs / 1000)
      const usedUp = meter.take([{ ids: ['sessions-of', keyId], perSecond, burstMs: sessionMs }])
      if (usedUp === undefined) return
      const detail = `A key may have ${sessionsPerKey} sessions at a time. Use those there are, or wait until some end.`
      fail({ status: 429, code: 'too_many_sessions', detail, headers: { 'retry-after': toSeconds(usedUp.waitMs) } })
    },
  }

  function take(quotas: readonly Quota[]): void {
    const usedUp = meter.take(quotas)
    if (usedUp === undefined) return
    const [limit] = usedUp.quota.ids
    const detail = `More than ${usedUp.quota.perSecond} requests a second of one ${limit}. This is the limit of the gateway, not of an API.`
    const headers = { 'retry-after': toSeconds(usedUp.waitMs) }
    fail({ status: 429, code: 'rate_limited', detail, members: { limit }, headers })
  }
}

function toSeconds(ms: number): string {
  return String(Math.max(1, Math.ceil(ms / 1000)))
}
