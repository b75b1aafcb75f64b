import { factsOf } from './answer-facts.ts'
import { isAnswerOfKind, isPassing } from './answer-kind.ts'
import { ApiError, isApiError, type ApiErrorCode } from './api-error.ts'
import { errorBodyLimitBytes } from './middleware/error-body.ts'
import { errorCodeIn, readText } from './error-code.ts'
import { describe } from './operation-plan.ts'

/**
 * Makes the `error` of a result: the parsed body if it is a JSON object, else an ApiError that says what came instead.
 * So `error` is never empty when the call failed.
 */
export function errorOf(body: unknown, response: Response): unknown {
  if (typeof body === 'object' && body !== null) return body
  const { status } = response
  if (status === 304) return answerError('not_modified', 'has nothing newer than the caller (304)', body, response)
  if (status === 0 || (status >= 300 && status < 400)) {
    return answerError(
      'redirect_refused',
      `answered with a redirect (${status}), which is not followed`,
      body,
      response,
    )
  }
  const what = body === undefined || body === '' ? 'an empty body' : `a body that is not JSON (${mediaType(response)})`
  return answerError('unexpected_answer', `answered ${status} with ${what}`, body, response)
}

/** An answer that succeeded by its status but is not JSON. */
export function notJson(text: string, response: Response): ApiError {
  const what = `answered ${response.status} with a body that is not JSON (${mediaType(response)})`
  return answerError('unexpected_answer', what, text.slice(0, errorBodyLimitBytes), response)
}

/** Maps the error of a result to an ApiError with the API's own code and request id. */
export function toApiError(error: unknown, response: Response): ApiError {
  if (isApiError(error)) return error
  const vendorCode = errorCodeIn(error, factsOf(response)?.plan.definition.errors?.code) ?? `http_${response.status}`
  const named = vendorCode.startsWith('http_') ? '' : ` ${vendorCode}`
  return answerError(vendorCode, `answered ${response.status}${named}`, error, response)
}

function answerError(code: ApiErrorCode | (string & {}), what: string, body: unknown, response: Response): ApiError {
  const facts = factsOf(response)
  const { status } = response
  const { plan } = facts ?? {}
  const subject = plan === undefined ? 'The API' : describe(plan)
  return new ApiError(code, `${subject} ${what}.`, {
    ...plan?.names,
    status,
    requestId: readText(body, plan?.definition.errors?.requestId, /^[\x21-\x7e]{1,200}$/),
    retryAfterMs: facts?.retryAfterMs,
    retryable:
      isPassing(status, plan?.idempotent ?? false) || isAnswerOfKind(plan?.definition.retryReasons, status, code),
    body,
  })
}

function mediaType(response: Response): string {
  const type = response.headers.get('content-type')?.split(';')[0]?.trim() ?? ''
  return /^[\w.+-]+\/[\w.+-]+$/.test(type) ? type : 'no media type'
}
