import { authorize, wasNeverSent, type Clock, type Fetch } from '@grantkit/auth-core'
import type { Upstream } from '../api/upstreams.ts'
import { fail, ProblemError, type Problem } from '../http/problem.ts'
import type { Target } from '../http/target.ts'
import type { OpenSession } from '../model/session-access.ts'
import { createCircuits, type Outcome } from './circuits.ts'
import { watchExchange, type ExchangeWatch, type TimeLimits } from './exchange-watch.ts'
import { toProblem } from './forward-error.ts'
import { passOn } from './pass-on.ts'
import { decide } from './policy.ts'
import { refusesToken } from './refuses-token.ts'
import { bodyTooLarge, toUpstreamBody } from './request-body.ts'
import { toUpstreamHeaders } from './request-headers.ts'
import { toCallerHeaders } from './response-headers.ts'
import { addressOf, baseUrlOf } from './upstream-address.ts'
import { readErrorCode } from './vendor-error.ts'

export interface ForwardPorts {
  readonly fetch: Fetch
  readonly clock: Clock
  readonly limits: TimeLimits
  readonly sandbox?: string
}

export interface Forwarding {
  readonly request: Request
  /** What is asked for, below the base address of the API. */
  readonly target: Target
  readonly upstream: Upstream
  readonly open: OpenSession
}

export type Forward = (forwarding: Forwarding) => Promise<Response>

/** What an answer holds in memory at most; larger ones, and those of unknown length, are streamed. */
const wholeBytes = 65_536
/** What stands in front of an API answers so for one that is down (RFC 9110, 15.6.3 to 15.6.5). */
const saysDown = new Set([502, 503, 504])
const withoutBody = new Set([204, 205, 304])

/** Makes what sends a caller's request to an API with the token of their session, and the answer back. */
export function createForward(ports: ForwardPorts): Forward {
  const circuits = createCircuits(ports)

  return async ({ request, target, upstream, open }) => {
    const allowed = decide({ method: request.method, target, upstream, open })
    const baseUrl = baseUrlOf(upstream, { baseUrl: open.app.baseUrl, sandbox: ports.sandbox })
    const address = addressOf(baseUrl, allowed)
    const headers = toUpstreamHeaders(request.headers)
    const { maxBodyBytes = Infinity } = open.tenant
    const given = await toUpstreamBody(request, maxBodyBytes)
    const passage = circuits.enter(baseUrl, open.tenant.id)
    if ('closedForMs' in passage) return fail(apiIsDown(upstream, passage.closedForMs))
    const watch = watchExchange(request.signal, ports)
    const upload = { bytes: 0, limitBytes: maxBodyBytes }
    const body = given instanceof ReadableStream ? watchUpload(given, watch, upload) : given
    const init = { method: request.method, headers, signal: watch.signal, ...(body ? { body, duplex: 'half' } : {}) }
    const send = authorize(open.connection, refusesToken(upstream.definition))(ports.fetch)
    let outcome: Outcome = 'unknown'
    try {
      const answer = await send(address, init as RequestInit)
      outcome = saysDown.has(answer.status) ? 'down' : 'answered'
      return await toAnswer(answer, { method: request.method, upstream, watch })
    } catch (error) {
      watch.done()
      if (error instanceof ProblemError) throw error
      if (upload.bytes > maxBodyBytes) return fail(bodyTooLarge(maxBodyBytes))
      const problem = limitProblem(watch) ?? toProblem(error, ports.clock.wallMs())
      // A caller who left, or who is slow, and a token that nobody has say nothing about the API.
      const isDown = problem === undefined ? !request.signal.aborted : problem.code === 'upstream_timeout'
      if (isDown) outcome = 'down'
      return fail(problem ?? brokenConnection(error))
    } finally {
      passage.end(outcome)
    }
  }
}

interface Upload {
  bytes: number
  readonly limitBytes: number
}

/** A caller that sends its body slowly is not the API's fault. One that sends too much is cut off. */
function watchUpload(
  body: ReadableStream<Uint8Array>,
  { next }: ExchangeWatch,
  upload: Upload,
): ReadableStream<Uint8Array> {
  const came = (bytes = 0): void => {
    next('head')
    upload.bytes += bytes
    if (upload.bytes > upload.limitBytes) throw new Error('The body is too large.')
  }
  return passOn(body, { asked: () => next('caller'), came, ended: () => next('head') })
}

interface Exchange {
  readonly method: string
  readonly upstream: Upstream
  readonly watch: ExchangeWatch
}

async function toAnswer(answer: Response, { method, upstream, watch }: Exchange): Promise<Response> {
  const { status } = answer
  watch.next('answer')
  if (status === 401) return fail(tokenRefused(upstream, await readErrorCode(answer, upstream.definition)))
  if (status >= 300 && status < 400 && status !== 304) {
    answer.body?.cancel().catch(() => undefined)
    return fail(redirected(status))
  }
  const headers = toCallerHeaders(answer)
  const hasBody = method !== 'HEAD' && !withoutBody.has(status)
  const length = Number(headers.get('content-length') ?? Number.NaN)
  // Asking for the stream of a small body would cost more than the body.
  if (hasBody && !(length <= wholeBytes) && answer.body !== null) {
    const waitForMore = (): void => watch.next('answer')
    const steps = { asked: waitForMore, came: waitForMore, ended: watch.done }
    return new Response(passOn(answer.body, steps), { status, headers })
  }
  // A small answer that breaks off is told as broken, not passed on by half.
  const body = hasBody ? await answer.bytes() : null
  watch.done()
  return new Response(body, { status, headers })
}

function tokenRefused({ provider, name }: Upstream, errorCode: string | undefined): Problem {
  return {
    status: 502,
    code: 'upstream_refused_token',
    detail: `The ${name} API refused a current token of ${provider}. Reconnect this account, or check its rights there.`,
    members: { action: 'reconnect', upstreamStatus: 401, ...(errorCode === undefined ? {} : { errorCode }) },
  }
}

function apiIsDown({ name }: Upstream, closedForMs: number): Problem {
  const seconds = Math.max(1, Math.ceil(closedForMs / 1000))
  return {
    status: 503,
    code: 'upstream_down',
    detail: `The ${name} API has failed again and again. It is tried again in ${seconds} s; nothing was sent.`,
    headers: { 'retry-after': String(seconds) },
  }
}

function redirected(upstreamStatus: number): Problem {
  return {
    status: 502,
    code: 'upstream_redirected',
    detail: 'The API answered with a redirect, which is not followed: a token does not travel on.',
    members: { upstreamStatus },
  }
}

function limitProblem({ over }: ExchangeWatch): Problem | undefined {
  const limit = over()
  if (limit === undefined) return undefined
  const within = `within ${limit.limitMs / 1000} s`
  if (limit.turn === 'caller') {
    return { status: 408, code: 'request_timeout', detail: `The body of the request did not go on ${within}.` }
  }
  return { status: 504, code: 'upstream_timeout', detail: `The API did not answer ${within}.` }
}

function brokenConnection(error: unknown): Problem {
  const detail = wasNeverSent(error)
    ? 'The API could not be reached. The request was not sent.'
    : 'The connection to the API broke. Whether the request took effect is not known.'
  return { status: 502, code: 'upstream_unreachable', detail }
}
