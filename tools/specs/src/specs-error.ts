/** What went wrong, stable enough for tests and scripts. */
export type SpecsErrorCode =
  | 'unknown_command'
  | 'unknown_option'
  | 'missing_argument'
  | 'argument_invalid'
  | 'api_exists'
  | 'unknown_api'
  | 'file_unreadable'
  | 'provenance_invalid'
  | 'hash_mismatch'
  | 'source_invalid'
  | 'source_unsupported'
  | 'overlay_invalid'
  | 'overlay_stale'
  | 'lint_failed'
  | 'confidence_mismatch'
  | 'stale_files'

const usageCodes: ReadonlySet<SpecsErrorCode> = new Set([
  'unknown_command',
  'unknown_option',
  'missing_argument',
  'argument_invalid',
  'api_exists',
  'unknown_api',
])

/** A failure the person at the terminal can act on; anything else that is thrown is a bug of this tool. */
export class SpecsError extends Error {
  readonly code: SpecsErrorCode

  constructor(code: SpecsErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'SpecsError'
    this.code = code
  }

  /** 2 for a command that was typed wrong, 1 for everything else. */
  get exitCode(): 1 | 2 {
    return usageCodes.has(this.code) ? 2 : 1
  }
}
