/** What is worth telling of a request. Holds no secret: not its address, headers or body. */
export interface RequestFacts {
  readonly requestId: string
  readonly method: string
  /** The route, not the address. */
  readonly route: string
  readonly status: number
  /** Until the answer began. */
  readonly durationMs: number
  /** The caller's address. */
  readonly client?: string
  readonly tenant?: string
  readonly app?: string
  readonly keyId?: string
  /** The stored grant was opened for a session that was not served here before. */
  readonly opensGrant?: boolean
}
