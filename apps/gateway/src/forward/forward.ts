import { authorize, wasNeverSent, type Clock, type Fetch } from '@grantkit/auth-core'
import type { Upstream } from '../api/upstreams.ts'
import { fail, type Problem } from '../http/problem.ts'
import type { Target } from '../http/target.ts'
import type { OpenSession } from '../model/session-access.ts'
import { toAnswerBody } from './answer-body.ts'
import { toProblem } from './forward-error.ts'
import { decide } from './policy.ts'
import { refusesToken } from './refuses-token.ts'
import { toUpstreamBody } from './request-body.ts'
import { toUpstreamHeaders } from './request-headers.ts'
import { toCallerHeaders } from './response-headers.ts'
import { addressOf, baseUrlOf } from './upstream-address.ts'
import { readErrorCode } from './vendor-error.ts'

export interface ForwardPorts {
  readonly fetch: Fetch
  readonly clock: Pick<Clock, 'setTimer' | 'wallMs'>
  /** Limit of the wait for the head of the answer. */
  readonly timeoutMs: number
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
const withoutBody = new Set([204, 205, 304])

/** Makes what sends a caller's request to an API with the token of their session, and the answer back. */
export function createForward(ports: ForwardPorts): Forward {
  return async ({ request, target, upstream, open }) => {
    const allowed = decide({ method: request.method, target, upstream, open })
    const address = addressOf(baseUrlOf(upstream, ports.sandbox), allowed)
    const headers = toUpstreamHeaders(request.headers)
    const body = await toUpstreamBody(request)
    const init = { method: request.method, headers, ...(body ? { body, duplex: 'half' } : {}) }
    const send = authorize(open.connection, refusesToken(upstream.definition))(ports.fetch)
    const limit = limitOf(request.signal, ports)
    const answer = await send(address, { ...init, signal: limit.signal } as RequestInit)
      .catch((error: unknown) => {
        if (limit.isOver()) return fail(noAnswer(ports.timeoutMs))
        return fail(toProblem(error, ports.clock.wallMs()) ?? brokenConnection(error))
      })
      .finally(limit.clear)
    return await toAnswer(answer, request.method, upstream)
  }
}

/** The caller's own signal, and the time-out until the head of the answer has come. */
function limitOf(
  caller: AbortSignal,
  { clock, timeoutMs }: ForwardPorts,
): { signal: AbortSignal; isOver(): boolean; clear(): void } {
  const controller = new AbortController()
  const leave = (): void => controller.abort(caller.reason)
  let over = false
  const cancel = clock.setTimer(() => {
    over = true
    controller.abort(new DOMException('The API did not answer in time.', 'TimeoutError'))
  }, timeoutMs)
  if (caller.aborted) leave()
  // Stays after the head: a caller who goes away ends the answer's body, too.
  else caller.addEventListener('abort', leave, { once: true })
  return { signal: controller.signal, isOver: () => over, clear: cancel }
}

async function toAnswer(answer: Response, method: string, upstream: Upstream): Promise<Response> {
  const { status } = answer
  if (status === 401) return fail(tokenRefused(upstream, await readErrorCode(answer, upstream.definition)))
  if (status >= 300 && status < 400 && status !== 304) {
    answer.body?.cancel().catch(() => undefined)
    return fail(redirected(status))
  }
  const headers = toCallerHeaders(answer)
  if (method === 'HEAD' || withoutBody.has(status)) return new Response(null, { status, headers })
  const length = Number(headers.get('content-length') ?? Number.NaN)
  const body = length <= wholeBytes ? await readWhole(answer) : answer.body && toAnswerBody(answer.body)
  return new Response(body, { status, headers })
}

/** A small answer that breaks off is told as broken, not passed on by half. */
function readWhole(answer: Response): Promise<Uint8Array<ArrayBuffer>> {
  return answer.bytes().catch((error: unknown) => fail(brokenConnection(error)))
}

function tokenRefused({ provider, name }: Upstream, errorCode: string | undefined): Problem {
  return {
    status: 502,
    code: 'upstream_refused_token',
    detail: `The ${name} API refused a current token of ${provider}. Reconnect this account, or check its rights there.`,
    members: { action: 'reconnect', upstreamStatus: 401, ...(errorCode === undefined ? {} : { errorCode }) },
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

function noAnswer(timeoutMs: number): Problem {
  return { status: 504, code: 'upstream_timeout', detail: `The API did not answer within ${timeoutMs / 1000} s.` }
}

function brokenConnection(error: unknown): Problem {
  const detail = wasNeverSent(error)
    ? 'The API could not be reached. The request was not sent.'
    : 'The connection to the API broke. Whether the request took effect is not known.'
  return { status: 502, code: 'upstream_unreachable', detail }
}
