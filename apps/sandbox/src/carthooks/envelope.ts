import { type Answer, jsonAnswer } from '../call.ts'
import type { SeededRandom } from '../seeded-random.ts'

/** Names one answer to the vendor; every answer has one. */
export function makeTraceId(random: SeededRandom): string {
  return random.uuid('trace').replaceAll('-', '')
}

/** Writes an answer of the authorization server. */
export function wordData(data: unknown, random: SeededRandom): Answer {
  return jsonAnswer(200, { data, trace_id: makeTraceId(random) }, { headers: { 'cache-control': 'no-store' } })
}

/**
 * Writes an error. Of its codes two are known: one from the documents, and one from a mock, which has it under another
 * name; without one there is the message alone.
 */
export function wordError(
  status: number,
  { key, message }: { readonly key?: string | undefined; readonly message: string },
  random: SeededRandom,
): Answer {
  const code = key === undefined ? {} : key === notFoundKey ? { code: key } : { key }
  // The one type that was seen.
  const type = status < 500 ? { type: 'user' } : {}
  const body = { error: { ...code, message, ...type }, trace_id: makeTraceId(random) }
  return jsonAnswer(status, body, key === undefined ? {} : { error: key })
}

export const notFoundKey = 'NOT_FOUND'
