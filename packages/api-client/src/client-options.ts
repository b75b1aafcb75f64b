import { systemClock, type Clock, type Connection, type Fetch, type TokenSource } from '@grantkit/auth-core'
import { plainAborter, platformAborter, type Sender } from './sender.ts'
import { ApiError } from './api-error.ts'
import { chooseBaseUrl } from './base-url.ts'
import type { ApiDefinition } from './definition.ts'
import type { Observe } from './middleware/observe.ts'
import { sharedRateLimiter, type RateLimit, type RateLimiter } from './rate-limiter.ts'
import type { RetryPolicy } from './retry-delay.ts'

/** The part of a connection an API client needs. Structural: connections of another auth-core version fit. */
export type ApiConnection = TokenSource & Pick<Connection, 'apiDefaults'>

/** What sends requests. */
export interface Transport {
  readonly fetch: Fetch
  /** Its `fetch` asks of a signal `aborted`, `reason`, `addEventListener` and `removeEventListener`, and no more. */
  readonly plainSignals?: boolean
}

export interface RetryOptions {
  /** Attempts after the first one. Default 3; 0 never repeats. */
  readonly maxRetries?: number
  /** Wait before the first repeat; doubles with each further one. Default 1000. */
  readonly baseDelayMs?: number
  /** Share of the wait that chance adds, so that many clients do not return at once. From 0 to 1. Default 0.25. */
  readonly jitter?: number
}

export interface ApiClientOptions {
  /** Whose token the calls carry. */
  readonly connection: ApiConnection
  /**
   * Where the API is, without a slash at the end: https, or http on loopback. Must be an origin the connection's token
   * may go to. Default: the connection's; else the definition's; if the token may only go elsewhere (a sandbox, a
   * proxy), there.
   */
  readonly baseUrl?: string
  /** Sends the requests. Default: the `fetch` of the platform, looked up at each call. */
  readonly fetch?: Fetch
  /** Sends the requests in place of `fetch`, such as `createNodeTransport()` of @grantkit/node-transport. Not closed here. */
  readonly transport?: Transport
  /** Limit of a whole call with all attempts and waits, to the last byte read. Default: the connection's; else 30000. */
  readonly timeoutMs?: number
  /** Limit of one attempt, to the last byte read. Default 15000. */
  readonly attemptTimeoutMs?: number
  /**
   * When and how often failed attempts are repeated. What may be repeated is fixed: idempotent operations after 500,
   * 502, 503, 504, a network failure or an attempt timeout; any operation after 429 or if nothing was sent; a stream
   * body never.
   */
  readonly retry?: RetryOptions
  /**
   * How many requests of this connection may begin in any `windowMs`; the others wait in the order they came. Shared by
   * all clients of the connection and API in this process that have the same limit. `false`: no limit. Default: what
   * the vendor documents.
   */
  readonly rateLimit?: RateLimit | false
  /** Told of each attempt. Must return quickly; what it throws is dropped. */
  readonly observe?: Observe
  readonly clock?: Clock
  /** Chance for the jitter, from 0 up to but not including 1. Default `Math.random`. */
  readonly random?: () => number
}

/** Options with every default filled in. */
export interface ClientSettings {
  readonly connection: ApiConnection
  readonly baseUrl: string
  readonly sender: Sender
  readonly timeoutMs: number
  readonly attemptTimeoutMs: number
  readonly retry: RetryPolicy
  readonly rateLimiter: RateLimiter | undefined
  readonly observe: Observe | undefined
  readonly clock: Clock
  readonly random: () => number
  /** Parameters given once, by name. */
  readonly parameters: Readonly<Record<string, string>>
}

const optionKeys = [
  'connection',
  'baseUrl',
  'fetch',
  'transport',
  'timeoutMs',
  'attemptTimeoutMs',
  'retry',
  'rateLimit',
  'observe',
  'clock',
  'random',
]

/** The longest delay timers can hold. */
const maxTimerMs = 2 ** 31 - 1

const platformFetch: Fetch = (input, init) => globalThis.fetch(input, init)

/** Checks the options and fills in the defaults. Throws `invalid_option` and `invalid_base_url`. */
export function toSettings(definition: ApiDefinition<string>, options: ApiClientOptions): ClientSettings {
  const api = definition.id
  const parameterNames = (definition.defaults ?? []).map(({ name }) => name)
  checkKeys(api, 'option', options, [...optionKeys, ...parameterNames])
  const { connection, attemptTimeoutMs = 15_000, retry = {} } = options
  if (typeof connection?.accessToken !== 'function' || !Array.isArray(connection.audience)) {
    throw invalid(api, 'connection is missing. Get one from an auth client, or by signIn of @grantkit/node-auth.')
  }
  const { apiDefaults = {} } = connection
  const { baseUrl = apiDefaults.baseUrl, timeoutMs = apiDefaults.timeoutMs ?? 30_000 } = options
  checkKeys(api, 'retry option', retry, ['maxRetries', 'baseDelayMs', 'jitter'])
  const { maxRetries = 3, baseDelayMs = 1000, jitter = 0.25 } = retry
  checkNumber(api, 'timeoutMs', timeoutMs, 1, maxTimerMs)
  checkNumber(api, 'attemptTimeoutMs', attemptTimeoutMs, 1, maxTimerMs)
  checkNumber(api, 'retry.maxRetries', maxRetries, 0, 100)
  if (!Number.isInteger(maxRetries)) throw invalid(api, 'retry.maxRetries must be a whole number.')
  checkNumber(api, 'retry.baseDelayMs', baseDelayMs, 0, maxTimerMs)
  checkNumber(api, 'retry.jitter', jitter, 0, 1)
  const limit = rateLimitOf(definition, options)
  const { clock = systemClock } = options
  return {
    connection,
    baseUrl: chooseBaseUrl(definition, connection.audience, baseUrl),
    sender: senderOf(api, options),
    timeoutMs,
    attemptTimeoutMs,
    retry: { maxRetries, baseDelayMs, jitter },
    rateLimiter: limit && sharedRateLimiter(connection, api, limit, clock),
    observe: options.observe,
    clock,
    random: options.random ?? Math.random,
    parameters: parametersOf(api, parameterNames, options),
  }
}

function senderOf(api: string, { fetch, transport }: ApiClientOptions): Sender {
  const send = transport === undefined ? (fetch ?? platformFetch) : transport.fetch
  if (typeof send !== 'function') throw invalid(api, 'a transport must have a fetch.')
  if (transport !== undefined && fetch !== undefined) throw invalid(api, 'give either fetch or transport, not both.')
  return { fetch: send, createAborter: transport?.plainSignals === true ? plainAborter : platformAborter }
}

function rateLimitOf(definition: ApiDefinition<string>, options: ApiClientOptions): RateLimit | undefined {
  const { rateLimit = definition.rateLimit } = options
  if (rateLimit === undefined || rateLimit === false) return undefined
  const api = definition.id
  checkKeys(api, 'rateLimit option', rateLimit, ['requests', 'windowMs'])
  checkNumber(api, 'rateLimit.requests', rateLimit.requests, 1, 1_000_000)
  if (!Number.isInteger(rateLimit.requests)) throw invalid(api, 'rateLimit.requests must be a whole number.')
  checkNumber(api, 'rateLimit.windowMs', rateLimit.windowMs, 1, maxTimerMs)
  return rateLimit
}

function parametersOf(api: string, names: readonly string[], options: object): Record<string, string> {
  const parameters: Record<string, string> = {}
  for (const [name, value] of Object.entries(options)) {
    if (!names.includes(name)) continue
    // Also what was meant to come from the environment and did not.
    if (typeof value !== 'string' || value === '') throw invalid(api, `${name} must be a string that is not empty.`)
    parameters[name] = value
  }
  return parameters
}

function checkKeys(api: string, what: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null) throw invalid(api, `the ${what}s must be an object.`)
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) throw invalid(api, `there is no ${what} "${key}". Known: ${known.join(', ')}.`)
  }
}

function checkNumber(api: string, name: string, value: unknown, min: number, max: number): void {
  if (typeof value === 'number' && value >= min && value <= max) return
  throw invalid(api, `${name} must be a number from ${min} to ${max}.`)
}

function invalid(api: string, problem: string): ApiError {
  return new ApiError('invalid_option', `${api}: ${problem}`, { api })
}
