import {
  allowInsecureRequests,
  clockSkew,
  customFetch,
  type AuthorizationServer,
  type Client,
  type ClientAuth,
} from 'oauth4webapi'
import type { ClientAuthentication, PreparedAuthentication } from '../client-authentication.ts'
import type { Clock } from '../clock.ts'
import type { Fetch } from '../fetch.ts'
import type { Provider, TokenAnswer } from '../provider.ts'
import { untilAborted } from '../until-aborted.ts'
import type { IdTokenCheck } from './id-token-check.ts'
import { wasNeverSent } from './never-sent.ts'
import { readJson } from './read-json.ts'

/** Everything a request to the authorization server is made with. */
export interface Wire {
  readonly provider: Provider
  readonly clientId: string
  readonly authentication: ClientAuthentication
  readonly fetch: Fetch
  readonly clock: Clock
  /** Absent: ID tokens are not looked at. */
  readonly idTokenCheck?: IdTokenCheck
}

/** What came back: an answer, or the way it failed to. */
export type Reply = (
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly isJson: boolean
      readonly body?: Record<string, unknown>
      /** How long the server asks to be left alone; 0 if it does not. */
      readonly retryAfterMs?: number
    }
  | { readonly kind: 'failure'; readonly neverSent: boolean; readonly aborted: boolean; readonly cause: unknown }
) & {
  /** What the client proved itself with, to be taken out of any text that comes back. */
  readonly secrets?: readonly string[]
}

/** Options that oauth4webapi's request functions take, the fetch under our control. */
export interface WireOptions {
  readonly signal?: AbortSignal
  readonly [allowInsecureRequests]: boolean
  readonly [customFetch]: (url: string, init: object) => Promise<Response>
}

export type Send = (
  server: AuthorizationServer,
  client: Client,
  auth: ClientAuth,
  options: WireOptions,
) => Promise<Response>

/**
 * Sends one request and reads its answer. `mayStillSend` is asked immediately before the request leaves, with nothing
 * awaited in between; false ends it as never sent. Redirects are not followed, nothing is repeated.
 */
export async function exchange(
  wire: Wire,
  prepared: PreparedAuthentication,
  send: Send,
  limits: { signal?: AbortSignal; mayStillSend?: () => boolean } = {},
): Promise<Reply> {
  let left = false
  let secrets = prepared.secrets
  const once = (url: string, init: object): Promise<Response> => {
    if (limits.mayStillSend?.() === false) return Promise.reject(new Error('The time to send this request was over.'))
    left = true
    secrets = [...prepared.secrets, ...assertionsIn(init)]
    return wire.fetch(url, init as RequestInit)
  }
  const options: WireOptions = {
    [allowInsecureRequests]: wire.provider.allowLoopbackHttp === true,
    [customFetch]: once,
    ...(limits.signal ? { signal: limits.signal } : {}),
  }
  try {
    // The library signs by Date.now; the difference makes that the clock that was given.
    const client = { client_id: wire.clientId, [clockSkew]: Math.round((wire.clock.wallMs() - Date.now()) / 1000) }
    const response = send(toServer(wire.provider), client, prepared.authenticate, options)
    // The wait ends with the signal even where a given fetch, or the body of its answer, does not heed it.
    const reply = await untilAborted(
      response.then((answer) => readAnswer(answer, wire)),
      limits.signal,
    )
    return { ...reply, secrets }
  } catch (cause) {
    const aborted = limits.signal?.aborted === true
    return { kind: 'failure', neverSent: !left || (!aborted && wasNeverSent(cause)), aborted, cause, secrets }
  }
}

function assertionsIn(init: object): readonly string[] {
  const { body } = init as RequestInit
  if (!(body instanceof URLSearchParams)) return []
  return ['client_assertion', 'assertion'].flatMap((name) => body.getAll(name))
}

/** The provider in the words of RFC 8414, as oauth4webapi takes it. */
export function toServer(provider: Provider): AuthorizationServer {
  const { authorization, token, revocation, introspection, deviceAuthorization } = provider.endpoints
  const { pushedAuthorizationRequest } = provider.endpoints
  return {
    issuer: provider.issuer,
    token_endpoint: token,
    authorization_response_iss_parameter_supported: provider.sendsIssuerInCallback === true,
    ...(authorization === undefined ? {} : { authorization_endpoint: authorization }),
    ...(revocation === undefined ? {} : { revocation_endpoint: revocation }),
    ...(introspection === undefined ? {} : { introspection_endpoint: introspection }),
    ...(deviceAuthorization === undefined ? {} : { device_authorization_endpoint: deviceAuthorization }),
    ...(pushedAuthorizationRequest === undefined
      ? {}
      : { pushed_authorization_request_endpoint: pushedAuthorizationRequest }),
  }
}

async function readAnswer(response: Response, { provider, clock }: Wire): Promise<Reply> {
  const { isJson, body } = await readJson(response)
  const { status, headers } = response
  const asked = { retryAfterMs: readRetryAfter(headers.get('retry-after') ?? '', clock.wallMs()) }
  if (body === undefined) return { kind: 'answer', status, isJson, ...asked }
  const repaired = repair({ status, body }, provider)
  return { kind: 'answer', isJson, status: repaired.status, body: { ...repaired.body }, ...asked }
}

/** Seconds or a date (RFC 9110 §10.2.3). Only a rest is made longer by it, so a strange date does no harm. */
function readRetryAfter(text: string, nowMs: number): number {
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs
  return ms > 0 ? ms : 0
}

function repair(answer: TokenAnswer, { conform }: Provider): TokenAnswer {
  try {
    return conform?.(answer) ?? answer
  } catch {
    // The answer as it came may hold the only copy of a rotated token: better unrepaired than lost.
    return answer
  }
}
