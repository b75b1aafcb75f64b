/** Every code with what it means. Codes are a public contract. */
const codeFacts = {
  /** An option, a client, a fault or an argument is unknown, missing or of the wrong kind. */
  invalid_option: 'fix-config',
  /** The sandbox was asked to listen somewhere else than on loopback. */
  not_loopback: 'fix-config',
  /** Another program listens on the port. */
  port_in_use: 'fix-config',
  /** The system lets nobody listen on the host or port. */
  cannot_listen: 'fix-config',
  /** A fault names an operation, path, account or client that does not exist, so it could never strike. */
  fault_matches_nothing: 'fix-config',
  /** The client id is not registered in this sandbox. */
  unknown_client: 'fix-config',
  /** The account is not known to this sandbox. */
  unknown_account: 'fix-config',
  /** The fault, or the held answer, is not there. */
  unknown_fault: 'fix-config',
  /** The authorization server showed an error page instead of sending the browser back. */
  authorization_page: 'fix-config',
  /** A snapshot is none, or has members that nobody wrote. */
  broken_state: 'fix-config',
  /** A snapshot was taken by another version of the sandbox. */
  state_version: 'fix-config',
  /** The state file grew from another seed than the one that was asked for. */
  state_seed: 'fix-config',
  /** Another sandbox works on the state file. */
  state_in_use: 'fix-config',
  /** The state file cannot be read or written. */
  state_unusable: 'fix-config',
  /** The control interface could not be reached or refused the call. */
  control_failed: 'retry',
  /** What was waited for did not happen in time. */
  wait_timeout: 'retry',
  /** The sandbox was closed. */
  sandbox_closed: 'fix-config',
} as const

export type SandboxErrorCode = keyof typeof codeFacts

const brand = Symbol.for('@grantkit/sandbox-error')

/** Tells what the sandbox's user did wrong and what to do about it; never used for answers of a played vendor. */
export class SandboxError extends Error {
  override readonly name = 'SandboxError'
  readonly code: SandboxErrorCode
  readonly retryable: boolean

  constructor(code: SandboxErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
    this.retryable = codeFacts[code] === 'retry'
    Object.defineProperty(this, brand, { value: true })
  }
}

/** Tells whether `text` is one of the codes above. */
export function isSandboxErrorCode(text: unknown): text is SandboxErrorCode {
  return typeof text === 'string' && Object.hasOwn(codeFacts, text)
}

/** Tells whether `error` is a {@link SandboxError}, of the given code if one is named. */
export function isSandboxError(error: unknown, code?: SandboxErrorCode): error is SandboxError {
  if (typeof error !== 'object' || error === null || !(brand in error)) return false
  return code === undefined || ('code' in error && error.code === code)
}
