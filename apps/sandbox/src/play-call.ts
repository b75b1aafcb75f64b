import { readCarthooksAddress } from './carthooks/carthooks-address.ts'
import { type Answer, type Call, readBody, respond } from './call.ts'
import { dribble } from './faults/dribble.ts'
import type { Fault } from './faults/fault.ts'
import { isProcessed, replacedAnswer } from './faults/fault-answer.ts'
import type { FaultSchedule, StruckFault } from './faults/fault-schedule.ts'
import { type PlayedAnswer, spoilAnswer } from './faults/spoil-answer.ts'
import type { LedgerBook } from './ledger.ts'
import type { SandboxClock } from './sandbox-clock.ts'
import type { CallTarget, Service } from './service.ts'

/** No vendor here takes more than this in one request. */
const bodyLimitBytes = 1_000_000

/** What became of a call: an answer, or a connection that breaks after so much of one. */
export type Outcome =
  | { readonly type: 'answered'; readonly response: Response }
  | { readonly type: 'lost' }
  | (PlayedAnswer & {
      readonly type: 'cut'
      /** How long the body would have been. */
      readonly length: number
    })

const lost: Outcome = { type: 'lost' }

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
    return lost
  }
  const call: Call = { ...arrived, body }
  service.annotate(call)
  context.ledger.changed(call.entry)
  const struck = context.faults.take(call.entry)
  if (struck !== undefined) return strike(call, struck, service, context)
  const response = await answerCall(call, service, context)
  return response === undefined ? lost : { type: 'answered', response }
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
  if (fault.type === 'clock_moves') context.clock.move(fault.byMs)

  const truth = isProcessed(fault) ? await answerCall(call, service, context) : undefined
  const replacement = replacedAnswer(fault, call, service)
  const response = replacement === undefined ? truth : replace(call, replacement)
  const outcome = response === undefined ? lost : await breakAnswer(call, response, struck, context)

  if (fault.hold === true) await hold(call, struck.hold(), context)
  if (fault.delayMs !== undefined) await hold(call, context.clock.sleep(fault.delayMs), context)
  return fault.type === 'lost' || context.isClosed() ? lost : outcome
}

/** Lets an answer out as the fault has it. A fault that finds nothing to spoil waits for the next call. */
async function breakAnswer(
  call: Call,
  response: Response,
  struck: StruckFault,
  context: PlayContext,
): Promise<Outcome> {
  const { fault } = struck
  if (fault.type === undefined) return { type: 'answered', response }
  const { status, headers } = response
  const truth: PlayedAnswer = { status, headers, body: new Uint8Array(await response.arrayBuffer()) }
  const spoiled = spoilAnswer(fault, truth)
  if (spoiled === undefined) {
    struck.giveBack()
    delete call.entry.fault
  }
  const { body, ...head } = spoiled ?? truth
  if (fault.type === 'cut') {
    const passed = body.subarray(0, fault.after ?? Math.ceil(body.length / 2))
    return { type: 'cut', ...head, body: passed, length: body.length }
  }
  const mayHaveBody = head.status !== 204 && head.status !== 304
  return { type: 'answered', response: new Response(mayHaveBody ? letOut(body, fault, context) : null, head) }
}

function letOut(body: Uint8Array<ArrayBuffer>, fault: Fault, { clock, isClosed }: PlayContext): BodyInit {
  if (fault.type !== 'dribble') return body
  const { bytes = 1, everyMs = 100 } = fault
  return dribble(body, { bytes, everyMs, clock, isClosed })
}

/** The fault's answer hides whether the vendor did its work; the ledger keeps that. */
function replace(call: Call, answer: Answer): Response {
  const { processed } = call.entry
  const response = respond(call, answer)
  call.entry.processed = processed
  return response
}

async function hold(call: Call, released: Promise<void>, { ledger }: PlayContext): Promise<void> {
  call.entry.stage = 'held'
  ledger.changed(call.entry)
  await released
}
