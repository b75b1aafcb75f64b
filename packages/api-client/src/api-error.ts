/** Codes of this library. An answer that names a code of its own keeps that one; without one it is `http_<status>`. */
export type ApiErrorCode =
  /** An option is unknown, missing or of the wrong kind. Thrown at creation. */
  | 'invalid_option'
  /** The base URL cannot be used, or the connection's token may not go there. Thrown at creation. */
  | 'invalid_base_url'
  /** A path parameter is missing, empty, or would leave its segment. Nothing was sent. */
  | 'invalid_path_parameter'
  /** A required query parameter or the body is missing, or something cannot be turned into a request. Nothing was sent. */
  | 'invalid_request'
  /** The call, or its last attempt, did not end in time. */
  | 'timeout'
  /** No answer, or only a part of one: name lookup, connection, TLS, a cut. */
  | 'network'
  /** The caller's signal ended the call; its reason is the `cause`. */
  | 'aborted'
  /** The answer is not what the API sends: HTML of a proxy, text, an empty error, a page without items. */
  | 'unexpected_answer'
  /** 304: nothing newer than what the caller has. */
  | 'not_modified'
  /** The answer is a redirect, which is never followed. */
  | 'redirect_refused'
  /** A list named the same next page twice. */
  | 'paging_loop'

export interface ApiErrorDetails {
  /** Id of the API's definition, such as `goto-voice`. */
  api?: string | undefined
  operationId?: string | undefined
  /** HTTP status of the answer, if there was one. */
  status?: number | undefined
  /** The API's own id of this request, for its support. */
  requestId?: string | undefined
  /** How long the API asked to wait, counted from the answer. */
  retryAfterMs?: number | undefined
  /** The same request may be sent again without harm, and may then succeed. Default false. */
  retryable?: boolean | undefined
  /** The answer's body, parsed if it was JSON; at most 64 KiB of it. */
  body?: unknown
  /** The safe remainder of what went wrong below. */
  cause?: unknown
}

const brand = Symbol.for('@grantkit/api-error')

/**
 * Tells which call failed, how, and whether to try again. Test with {@link isApiError}: `instanceof` fails when two
 * copies of the package meet. `body` is kept out of enumeration, so logging the error does not log what the API sent.
 */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly code: ApiErrorCode | (string & {})
  readonly retryable: boolean
  declare readonly api?: string
  declare readonly operationId?: string
  declare readonly status?: number
  declare readonly requestId?: string
  declare readonly retryAfterMs?: number
  declare readonly body?: unknown

  constructor(code: ApiErrorCode | (string & {}), message: string, details: ApiErrorDetails = {}) {
    const { cause, body, retryable = false, ...fields } = details
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.retryable = retryable
    for (const [name, value] of Object.entries(fields)) {
      if (value !== undefined) Object.assign(this, { [name]: value })
    }
    if (body !== undefined) Object.defineProperty(this, 'body', { value: body })
    Object.defineProperty(this, brand, { value: true })
  }
}

/** Tells whether `error` is an {@link ApiError}, of the given code if one is named. Works across package copies. */
export function isApiError(error: unknown, code?: ApiErrorCode | (string & {})): error is ApiError {
  if (typeof error !== 'object' || error === null || !(brand in error)) return false
  return code === undefined || ('code' in error && error.code === code)
}
