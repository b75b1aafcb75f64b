/** What went wrong before or beside serving requests: a setting, the store, a command line. Never holds a secret. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError'
  readonly code:
    | 'invalid_settings'
    | 'store_unusable'
    | 'record_invalid'
    | 'port_in_use'
    | 'import_failed'
    | 'verification_failed'

  constructor(code: GatewayError['code'], message: string) {
    super(message)
    this.code = code
  }
}
