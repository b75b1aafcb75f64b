import { readCarthooksAddress } from './carthooks/carthooks-address.ts'
import { type Answer, type Call, readBody, respond } from './call.ts'
import type { FaultSchedule, StruckFault } from './faults/fault-schedule.ts'
import { isProcessed, playedStatus, replacedAnswer, spoiledText } from './faults/fault-answer.ts'
import type { LedgerBook } from './ledger.ts'
import type { SandboxClock } from './sandbox-clock.ts'
import type { CallTarget, Service } from './service.ts'

/** No vendor here takes more than this in one request. */
const bodyLimitBytes = 1_000_000

/** What became of a call: an answer, or a connection that breaks after so much of one. */
export type Outcome =
  | { readonly type: 'answered'; readonly response: Response }
  | { readonly type: 'lost' }
  | { readonly type: 'cut'; readonly status: number; readonly headers: Headers; readonly text: string }

export interface PlayContext {
  readonly clock: SandboxClock
  readonly ledger: LedgerBook
  readonly faults: FaultSchedule
  /** Finds who answers and what is asked of it. */
  readonly find: (method: string, url: URL) => { readonly target: CallTarget; readonly service: Service }
  /** Returns the path as it may be written down. */
  readonly publicPath: (path: string) => string
  readonly answer: (call: Call) => Promise<Response>
  readonly isClosed: () => boolean
}

/** Plays one request, on its own or in the batch of that number: ledger, faults, and in between the vendor's answer. */
export async function playCall(request: Request, context: PlayContext, batch?: number): Promise<Outcome> {
  const { clock, ledger } = context
  const atMs = clock.nowMs()
  const url = readCarthooksAddress(new URL(request.url))
  const { target, service } = context.find(request.method, url)
  const path = context.publicPath(url.pathname)
  const entry = ledger.open({
    atMs,
    ...target,
    method: request.method,
    path,
    ...(batch === undefined ? {} : { batch }),
  })
  const outcome = await runCall({ request, url, entry }, service, context)
  entry.stage = outcome.type
  if (outcome.type === 'answered') entry.status = outcome.response.status
  if (outcome.type === 'cut') entry.status = outcome.status
  entry.answeredAtMs = clock.nowMs()
  ledger.changed(entry)
  return outcome
}

async function runCall(arrived: Omit<Call, 'body'>, service: Service, context: PlayContext): Promise<Outcome> {
  let body: Uint8Array | undefined
  try {
    body = await readBody(arrived.request, bodyLimitBytes)
  } catch {
    // The client went away in the middle of its own request.
    return { type: 'lost' }
  }
  const call: Call = { ...arrived, body }
  service.annotate(call)
  context.ledger.changed(call.entry)
  const struck = context.faults.take(call.entry)
  if (struck !== undefined) return strike(call, struck, service, context)
  const response = await answerCall(call, service, context)
  return response === undefined ? { type: 'lost' } : { type: 'answered', response }
}

async function answerCall(call: Call, service: Service, context: PlayContext): Promise<Response | undefined> {
  if (service.play === undefined) return context.answer(call)
  return service.play(call, async (request) => {
    const outcome = await playCall(request, context, call.entry.seq)
    return outcome.type === 'answered' ? outcome.response : undefined
  })
}

async function strike(call: Call, struck: StruckFault, service: Service, context: PlayContext): Promise<Outcome> {
  const { fault } = struck
  call.entry.fault = struck.id
  if (fault.hold === 'request') await hold(call, struck.hold(), context)
  if (fault.type === 'expire_access_token') service.expireBearer(call)

  const truth = isProcessed(fault) ? await answerCall(call, service, context) : undefined
  const replacement = replacedAnswer(fault, call, service)
  const response = replacement === undefined ? truth : replace(call, replacement)
  const text =
    fault.type === undefined || response === undefined ? undefined : spoiledText(fault, await response.text())

  if (fault.hold === true) await hold(call, struck.hold(), context)
  if (fault.delayMs !== undefined) await hold(call, context.clock.sleep(fault.delayMs), context)
  if (response === undefined || fault.type === 'lost' || context.isClosed()) return { type: 'lost' }
  const { headers } = response
  const status = playedStatus(fault, response.status)
  if (fault.type === 'cut') return { type: 'cut', status, headers, text: text ?? '' }
  return { type: 'answered', response: text === undefined ? response : remake(text, status, headers) }
}

/** The fault's answer hides whether the vendor did its work; the ledger keeps that. */
function replace(call: Call, answer: Answer): Response {
  const { processed } = call.entry
  const response = respond(call, answer)
  call.entry.processed = processed
  return response
}

function remake(text: string, status: number, headers: Headers): Response {
  const mayHaveBody = status !== 204 && status !== 304
  return new Response(mayHaveBody ? text : null, { status, headers })
}

async function hold(call: Call, released: Promise<void>, { ledger }: PlayContext): Promise<void> {
  call.entry.stage = 'held'
  ledger.changed(call.entry)
  await released
}
