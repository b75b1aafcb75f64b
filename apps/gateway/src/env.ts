import { join } from 'node:path'
import { GatewayError } from './gateway-error.ts'
import { areNetworks } from './http/client-origin.ts'
import type { Settings } from './settings.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** What the process needs beside the settings of the app. */
export interface ProcessSettings {
  readonly settings: Settings
  readonly host: string
  readonly port: number
  /** Limit of opening a connection to an API. */
  readonly connectTimeoutMs: number
  /** `sqlite:<path>`, `redis://…`, `rediss://…` or `postgres://…`. May hold a password: never printed. */
  readonly storeUrl: string
  /** The text of the key ring, or the file that has it. */
  readonly keys: { readonly text: string } | { readonly file: string; readonly mayCreate: boolean }
  readonly logLevel: string
}

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']
const loopback = /^(127(\.\d{1,3}){3}|localhost|::1)$/

/** Reads the environment once. Throws `invalid_settings`, which names every fault at once and quotes no secret. */
export function readEnvironment(env: Environment): ProcessSettings {
  const faults: string[] = []
  const refuse = (variable: string, problem: string): void => void faults.push(`${variable} ${problem}`)
  const number = (variable: string, fallback: number, [from, to]: readonly [number, number]): number => {
    const text = given(env, variable)
    const value = text === undefined ? fallback : Number(text)
    if (Number.isInteger(value) && value >= from && value <= to) return value
    refuse(variable, `must be a whole number from ${from} to ${to}`)
    return fallback
  }

  const host = given(env, 'GATEWAY_HOST') ?? '127.0.0.1'
  const port = number('GATEWAY_PORT', 8078, [0, 65_535])
  const publicUrl =
    originOf(env, 'GATEWAY_PUBLIC_URL', refuse) ?? `http://${host.includes(':') ? `[${host}]` : host}:${port}`
  const sandbox = originOf(env, 'GRANTKIT_SANDBOX', refuse)
  if (sandbox !== undefined && !loopback.test(hostOf(sandbox))) {
    refuse('GRANTKIT_SANDBOX', 'must be the origin of a sandbox on this machine, such as http://127.0.0.1:4455')
  }
  const compatibility = given(env, 'GATEWAY_SESSION_IN_QUERY')
  if (compatibility !== undefined && compatibility !== 'accept') {
    refuse('GATEWAY_SESSION_IN_QUERY', 'is "accept" or absent')
  }
  const anonymousKey = given(env, 'GATEWAY_ANONYMOUS_KEY')
  if (anonymousKey !== undefined && !/^gk_\w+/.test(anonymousKey)) refuse('GATEWAY_ANONYMOUS_KEY', 'is not an API key')
  const trustedProxies = given(env, 'GATEWAY_TRUSTED_PROXIES')?.split(/[\s,]+/) ?? []
  if (!areNetworks(trustedProxies)) {
    refuse('GATEWAY_TRUSTED_PROXIES', 'lists addresses and networks such as 10.0.0.0/8')
  }
  const logLevel = given(env, 'LOG_LEVEL')?.toLowerCase() ?? 'info'
  if (!logLevels.includes(logLevel)) refuse('LOG_LEVEL', `is one of ${logLevels.join(', ')}`)
  const sessionSeconds = number('GATEWAY_SESSION_SECONDS', 300, [10, 86_400])
  const sessionIdleSeconds = number('GATEWAY_SESSION_IDLE_SECONDS', 300, [10, 86_400])
  const trustSeconds = number('GATEWAY_TRUST_SECONDS', 5, [5, 3600])
  const connectSeconds = number('GATEWAY_UPSTREAM_CONNECT_SECONDS', 10, [1, 300])
  // The transport itself gives up after 300 s of silence.
  const timeoutSeconds = number('GATEWAY_UPSTREAM_TIMEOUT_SECONDS', 60, [1, 300])
  const idleSeconds = number('GATEWAY_IDLE_SECONDS', 120, [1, 300])
  const totalSeconds = number('GATEWAY_TOTAL_SECONDS', 3600, [1, 86_400])
  const rate = (variable: string, fallback: number): number => number(variable, fallback, [1, 10_000_000])
  const tenantRate = rate('GATEWAY_REQUESTS_PER_SECOND', 200)
  const requestsPerSecond = {
    key: tenantRate,
    tenant: tenantRate,
    session: rate('GATEWAY_SESSION_REQUESTS_PER_SECOND', Math.ceil(tenantRate / 2)),
    connection: rate('GATEWAY_CONNECTION_REQUESTS_PER_SECOND', tenantRate),
    provider: rate('GATEWAY_PROVIDER_REQUESTS_PER_SECOND', tenantRate * 5),
  }
  const sessionsPerKey = number('GATEWAY_SESSIONS_PER_KEY', 5000, [2, 1_000_000])
  const auditDays = number('GATEWAY_AUDIT_DAYS', 90, [1, 3650])
  const folder = given(env, 'GATEWAY_DATA_DIR') ?? '.grantkit-gateway'
  const storeUrl = storeOf(env, folder, number, refuse)
  const keys = keysOf(env, folder, refuse)
  if (faults.length > 0)
    throw new GatewayError('invalid_settings', `The environment cannot be used:\n- ${faults.join('\n- ')}`)

  return {
    settings: {
      publicUrl,
      sessionMs: sessionSeconds * 1000,
      sessionIdleMs: sessionIdleSeconds * 1000,
      trustMs: trustSeconds * 1000,
      upstreamTimeoutMs: timeoutSeconds * 1000,
      idleMs: idleSeconds * 1000,
      totalMs: totalSeconds * 1000,
      requestsPerSecond,
      sessionsPerKey,
      auditMs: auditDays * 86_400_000,
      trustedProxies,
      sessionInQuery: compatibility === 'accept',
      ...(anonymousKey === undefined ? {} : { anonymousKey }),
      ...(sandbox === undefined ? {} : { sandbox }),
    },
    host,
    port,
    connectTimeoutMs: connectSeconds * 1000,
    storeUrl,
    keys,
    logLevel,
  }
}

type Refuse = (variable: string, problem: string) => void

/** An empty variable is an absent one: that is how shells and compose files unset things. */
function given(env: Environment, variable: string): string | undefined {
  const text = env[variable]?.trim()
  return text === '' ? undefined : text
}

function storeOf(
  env: Environment,
  folder: string,
  number: (variable: string, fallback: number, range: readonly [number, number]) => number,
  refuse: Refuse,
): string {
  const url = given(env, 'GATEWAY_STORE')
  if (url !== undefined) {
    if (/^(sqlite:.+|rediss?:\/\/.+|postgres(ql)?:\/\/.+)$/.test(url)) return url
    refuse('GATEWAY_STORE', 'begins with sqlite:, redis://, rediss:// or postgres://')
    return ''
  }
  // The names of the first gateway.
  const host = given(env, 'REDIS_HOST')
  if (host === undefined) return `sqlite:${join(folder, 'gateway.sqlite')}`
  if (!/^[\w.-]+$/.test(host)) refuse('REDIS_HOST', 'is the name of a host')
  return `redis://${host}:${number('REDIS_PORT', 6379, [1, 65_535])}/${number('REDIS_DB', 0, [0, 15])}`
}

function keysOf(env: Environment, folder: string, refuse: Refuse): ProcessSettings['keys'] {
  const text = given(env, 'GATEWAY_KEYS')
  const file = given(env, 'GATEWAY_KEY_FILE')
  if (text !== undefined && file !== undefined) refuse('GATEWAY_KEYS', 'and GATEWAY_KEY_FILE are both set; one decides')
  if (text !== undefined) return { text }
  if (file !== undefined) return { file, mayCreate: false }
  const isProduction = given(env, 'NODE_ENV') === 'production'
  if (isProduction) refuse('GATEWAY_KEYS', 'or GATEWAY_KEY_FILE must give the keys that seal the store')
  return { file: join(folder, 'keys'), mayCreate: !isProduction }
}

function originOf(env: Environment, variable: string, refuse: Refuse): string | undefined {
  const text = given(env, variable)
  if (text === undefined) return undefined
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`) return url.origin
  refuse(variable, 'must be an origin such as https://gateway.example.com')
  return undefined
}

function hostOf(origin: string): string {
  return new URL(origin).hostname.replaceAll(/[[\]]/g, '')
}
