import type { Limited } from './limits/request-limits.ts'

/** What `createApp` needs to know beside its ports. `env.ts` reads it from the environment. */
export interface Settings {
  /** The origin under which callers and browsers reach the gateway. */
  readonly publicUrl: string
  /** How long a session lives. */
  readonly sessionMs: number
  /** How long it lives without being used. */
  readonly sessionIdleMs: number
  /** How long a session that is known here is served without hearing from the store. */
  readonly trustMs: number
  /** How long an API may take until the head of its answer. */
  readonly upstreamTimeoutMs: number
  /** How long nothing may move in a body, on its way to an API or back. */
  readonly idleMs: number
  /** How long a forwarded request may take in all. */
  readonly totalMs: number
  /** What one of each may ask of all gateways of the store together. */
  readonly requestsPerSecond: Readonly<Record<Limited, number>>
  /** How many sessions of one key may live at a time. */
  readonly sessionsPerKey: number
  /** How long audit events are kept. */
  readonly auditMs: number
  /** Addresses and networks of the proxies whose `X-Forwarded-…` headers are believed. */
  readonly trustedProxies: readonly string[]
  /** Sessions are taken from the query parameter `session_id`, too. */
  readonly sessionInQuery: boolean
  /** The API key that callers without one act with. */
  readonly anonymousKey?: string
  /** Origin of the sandbox that plays all providers and APIs. */
  readonly sandbox?: string
}
