import { attachFacts } from './answer-facts.ts'
import { ApiError } from './api-error.ts'
import { during, type Call } from './call.ts'
import type { CallResult } from './call-result.ts'
import { notJson } from './failed-answer.ts'
import { describe } from './operation-plan.ts'
import type { ParseAs } from './operation-types.ts'

/**
 * Reads a successful answer. No body, or an empty one, is `undefined` data; a body that is not the JSON it should be is
 * an error of the result. A body asked for as `stream` is handed over unread and then belongs to the caller: neither
 * time limits nor the call's signal act on it any more.
 */
export async function readData(call: Call, response: Response): Promise<CallResult> {
  const { parseAs = 'json' } = call.asked.init
  if (response.bodyUsed) throw alreadyRead(call)
  if (parseAs !== 'json') return { data: await readAs(call, response, parseAs), response }
  const text = await during(call, response.text())
  if (text === '') return { data: undefined, response }
  try {
    const { int64 } = call.plan
    return { data: int64 === undefined ? JSON.parse(text) : int64.parse(text), response }
  } catch {
    // The parser's message quotes the body, so it is not kept.
    attachFacts(response, { plan: call.plan, retryAfterMs: undefined, body: undefined })
    return { error: notJson(text, response), response }
  }
}

async function readAs(call: Call, response: Response, parseAs: Exclude<ParseAs, 'json'>): Promise<unknown> {
  const { body } = response
  if (body === null) return undefined
  return parseAs === 'stream' ? body : during<unknown>(call, response[parseAs]())
}

function alreadyRead({ plan }: Call): ApiError {
  const message = `${describe(plan)}: a middleware has read the answer's body. Let it read response.clone() instead.`
  return new ApiError('unexpected_answer', message, plan.names)
}
