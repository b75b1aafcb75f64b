import type { Settings } from '../src/settings.ts'

/** The same rate for everything that is limited. */
export function rates(perSecond: number): Settings['requestsPerSecond'] {
  return { key: perSecond, session: perSecond, connection: perSecond, tenant: perSecond, provider: perSecond }
}

/** What the tests run with where they say nothing else: the defaults, without a limit of requests. */
export const testSettings: Settings = {
  publicUrl: 'http://127.0.0.1:8078',
  sessionMs: 300_000,
  sessionIdleMs: 300_000,
  trustMs: 5_000,
  upstreamTimeoutMs: 60_000,
  idleMs: 120_000,
  totalMs: 3_600_000,
  requestsPerSecond: rates(1_000_000),
  sessionsPerKey: 1_000_000,
  auditMs: 86_400_000,
  trustedProxies: [],
  sessionInQuery: false,
}
