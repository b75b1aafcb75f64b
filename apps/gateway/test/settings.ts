import type { Settings } from '../src/settings.ts'

/** What the tests run with where they say nothing else: the defaults, without a limit of requests. */
export const testSettings: Settings = {
  publicUrl: 'http://127.0.0.1:8078',
  sessionMs: 300_000,
  trustMs: 5_000,
  upstreamTimeoutMs: 60_000,
  idleMs: 120_000,
  totalMs: 3_600_000,
  requestsPerSecond: 1_000_000,
  trustedProxies: [],
  sessionInQuery: false,
}
