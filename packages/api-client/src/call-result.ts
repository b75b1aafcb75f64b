/** The outcome of a call, without the types of one API. */
export interface CallResult {
  readonly data?: unknown
  readonly error?: unknown
  readonly response: Response
}
