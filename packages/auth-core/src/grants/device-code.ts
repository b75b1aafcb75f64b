import { deviceAuthorizationRequest, deviceCodeGrantRequest } from 'oauth4webapi'
import { checkOptions } from '../check-options.ts'
import { AuthError } from '../errors.ts'
import { classify, type TokensOutcome } from '../refresh/outcome.ts'
import { abortAfter, startStopwatch, type Stopwatch } from '../stopwatch.ts'
import { untilAborted } from '../until-aborted.ts'
import { readDeviceAuthorization, seconds, type DeviceAuthorization, type DevicePrompt } from './device-prompt.ts'
import type { AwaitedGrant, Obtained } from './grant.ts'
import { exchange, type Reply, type Send, type Wire } from './token-endpoint.ts'

export type { DevicePrompt } from './device-prompt.ts'

export interface DeviceCodeOptions {
  /** Shows the person what to do. Awaited; the asking begins when it is done. */
  readonly onPrompt: (prompt: DevicePrompt) => void | Promise<void>
  /** Default: the provider's. */
  readonly scopes?: readonly string[]
  /** Stops the wait, with the signal's reason. */
  readonly signal?: AbortSignal
  /** Lets another person take the account over. Default false. */
  readonly allowOtherPerson?: boolean
}

const requestLimitMs = 30_000
const slowDownMs = 5_000
const longestBackoffMs = 120_000

/**
 * Connects by a code that a person types in on another device (RFC 8628). Asks no faster than the server says, and
 * until the code ends: `sign_in_timeout`. A refusal is `access_denied`.
 */
export function deviceCode(options: DeviceCodeOptions): AwaitedGrant {
  checkOptions('deviceCode', options, ['onPrompt', 'scopes', 'signal', 'allowOtherPerson'])
  if (typeof options.onPrompt !== 'function') {
    throw new AuthError('invalid_option', 'deviceCode: onPrompt is missing; nobody would see the code.')
  }
  return { obtain: (wire, account) => obtain(wire, account, options) }
}

async function obtain(wire: Wire, account: string, options: DeviceCodeOptions): Promise<Obtained> {
  const { provider, clock } = wire
  if (provider.endpoints.deviceAuthorization === undefined) {
    throw new AuthError('unsupported_by_provider', `"${provider.id}" has no device authorization endpoint.`)
  }
  const scopes = options.scopes ?? provider.defaultScopes
  const life = startStopwatch(clock)
  const reply = await ask(wire, options.signal, (server, client, auth, wireOptions) =>
    deviceAuthorizationRequest(server, client, auth, scopes?.length ? { scope: scopes.join(' ') } : {}, wireOptions),
  )
  if (reply.kind !== 'answer' || reply.status !== 200) throw refusal(wire, account, reply)
  const authorization = readDeviceAuthorization(reply.body, provider)
  await options.onPrompt(authorization.prompt)
  const { outcome, watch } = await poll(wire, account, { authorization, life, signal: options.signal })
  return {
    outcome,
    watch,
    allowOtherPerson: options.allowOtherPerson ?? false,
    ...(scopes === undefined ? {} : { scopes }),
  }
}

interface Wait {
  readonly authorization: DeviceAuthorization
  /** Started before the device code was asked for. */
  readonly life: Stopwatch
  readonly signal: AbortSignal | undefined
}

async function poll(wire: Wire, account: string, wait: Wait): Promise<{ outcome: TokensOutcome; watch: Stopwatch }> {
  const { deviceCode: code, prompt } = wait.authorization
  let { intervalMs } = wait.authorization
  for (;;) {
    const leftMs = prompt.expiresInMs - wait.life.elapsedMs()
    await pauseUntil(wire, Math.min(intervalMs, leftMs), wait.signal)
    if (intervalMs >= leftMs) throw expired(wire)
    const watch = startStopwatch(wire.clock)
    const reply = await ask(wire, wait.signal, (server, client, auth, options) =>
      deviceCodeGrantRequest(server, client, auth, code, options),
    )
    const next = nextIntervalMs(reply, intervalMs)
    if (next === undefined) return { outcome: decide(wire, account, reply, code), watch }
    intervalMs = next
  }
}

/** The time to the next question, or undefined when there is no other (RFC 8628 §3.5). */
function nextIntervalMs(reply: Reply, intervalMs: number): number | undefined {
  if (reply.kind === 'failure') return backOff(intervalMs)
  const wishMs = (seconds(reply.body?.['interval']) ?? 0) * 1000
  const error = reply.status === 200 ? undefined : reply.body?.['error']
  if (error === 'authorization_pending') return Math.max(intervalMs, wishMs)
  if (error === 'slow_down') return Math.max(intervalMs + slowDownMs, wishMs)
  const isBusy = reply.status === 408 || reply.status === 429 || reply.status >= 500
  return isBusy ? backOff(intervalMs) : undefined
}

function backOff(intervalMs: number): number {
  return Math.max(intervalMs, Math.min(intervalMs * 2, longestBackoffMs))
}

function decide(wire: Wire, account: string, reply: Reply, code: string): TokensOutcome {
  const error = reply.kind === 'answer' && reply.status !== 200 ? reply.body?.['error'] : undefined
  if (error === 'expired_token') throw expired(wire)
  if (error === 'access_denied') {
    throw new AuthError('access_denied', 'The person, or the provider for them, said no.', {
      provider: wire.provider.id,
      account,
      oauthError: error,
    })
  }
  const outcome = classify(reply, { provider: wire.provider, account, secrets: [code] })
  if (outcome.kind === 'tokens') return outcome
  throw refusal(wire, account, reply, [code])
}

function refusal(wire: Wire, account: string, reply: Reply, secrets: readonly string[] = []): AuthError {
  const outcome = classify(reply, { provider: wire.provider, account, secrets })
  if (outcome.kind === 'tokens') return new AuthError('response_invalid', 'The answer is no device authorization.')
  if (outcome.kind !== 'rejected') return outcome.error
  const { provider = wire.provider.id, status = 400, oauthError = 'invalid_grant' } = outcome.error
  const message = 'The device code was refused: it was used before, or it is too old. Begin the sign-in again.'
  return new AuthError('code_rejected', message, { provider, account, status, oauthError })
}

function expired({ provider }: Wire): AuthError {
  const message = 'Nobody entered the code while it worked. Begin the sign-in again.'
  return new AuthError('sign_in_timeout', message, { provider: provider.id })
}

async function ask(wire: Wire, signal: AbortSignal | undefined, send: Send): Promise<Reply> {
  signal?.throwIfAborted()
  const limit = abortAfter(wire.clock, requestLimitMs)
  try {
    const prepared = await untilAborted(wire.authentication.prepare(), signal)
    const either = signal === undefined ? limit.signal : AbortSignal.any([limit.signal, signal])
    const reply = await exchange(wire, prepared, send, { signal: either })
    // Tokens that came in spite of it are not thrown away.
    if (reply.kind === 'failure') signal?.throwIfAborted()
    return reply
  } finally {
    limit.cancel()
  }
}

function pauseUntil({ clock }: Wire, durationMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = clock.setTimer(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, durationMs)
    function stop(): void {
      cancel()
      reject(signal?.reason)
    }
    if (signal?.aborted) stop()
    else signal?.addEventListener('abort', stop, { once: true })
  })
}
