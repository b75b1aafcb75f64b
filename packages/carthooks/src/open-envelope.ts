import { isApiError, type CallResult } from '@grantkit/api-client'
import { isPlainObject } from './plain-object.ts'

/** Why a call failed, in the vendor's words. */
export interface CarthooksError {
  /** For programs. Which keys there are is not documented. */
  readonly key?: 'invalid_refresh_token' | (string & {})
  /** For people. */
  readonly message: string
  readonly type?: 'user' | (string & {})
  /** Names the request to the vendor. */
  readonly traceId?: string
}

interface Opened extends CallResult {
  readonly success: boolean
  readonly meta?: unknown
  readonly traceId?: string
}

/** Operations whose data is a list, whatever it comes as. */
const lists: ReadonlySet<string | undefined> = new Set(['listApps', 'listCollections', 'listItems', 'queryItems'])

/**
 * Takes the parts out of the envelope that every answer is. One with an error is a failure, whatever its status; what is
 * no envelope stays as it is.
 */
export function openEnvelope(result: CallResult, operationId: string | undefined): Opened {
  const { data, error, response } = result
  const failed = error !== undefined
  const answer = failed ? error : data
  // An answer that is no JSON, or none at all, is an error of ours by now.
  if (isApiError(answer) || !isPlainObject(answer)) return { success: !failed, ...result }
  const { meta } = answer
  const traceId = textOf(answer['trace_id']) ?? textOf(answer['traceId'])
  const told = { response, ...(isSet(meta) ? { meta } : {}), ...(traceId === undefined ? {} : { traceId }) }
  const reason = answer['error']
  if (isSet(reason) || failed) {
    return { success: false, error: toError(isSet(reason) ? reason : answer, traceId), ...told }
  }
  return { success: true, data: lists.has(operationId) ? toList(answer['data']) : answer['data'], ...told }
}

/** A list was seen as an array only; a test of the vendor's expects `{ items }`, and servers in Go write null for none. */
function toList(data: unknown): unknown {
  if (!isSet(data)) return []
  return isPlainObject(data) && Array.isArray(data['items']) ? data['items'] : data
}

function toError(reason: unknown, traceId: string | undefined): CarthooksError {
  const facts: Readonly<Record<string, unknown>> = isPlainObject(reason)
    ? reason
    : { message: reason, key: asKey(reason) }
  // The Go SDK reads a code where the vendor's server writes a key.
  const key = textOf(facts['key']) ?? textOf(facts['code'])
  const message = textOf(facts['message']) ?? key ?? 'The answer says no reason.'
  return {
    ...facts,
    message,
    ...(key === undefined ? {} : { key }),
    ...(traceId === undefined ? {} : { traceId }),
  }
}

function asKey(text: unknown): unknown {
  return typeof text === 'string' && /^[\w.:-]+$/.test(text) ? text : undefined
}

/** The SDKs take any value for an error that is not false to Python. */
function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '' && value !== false
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
