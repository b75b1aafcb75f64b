// Names under which runtimes report that no byte of the request left: name lookup, connect and TLS.
const codes = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'ECONNREFUSED',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
  // Bun
  'ConnectionRefused',
  'FailedToOpenSocket',
])

// Node names certificate faults by OpenSSL's words, TLS faults by ERR_TLS_ and ERR_SSL_.
const tlsCode = /^(?:ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_)/

/**
 * Tells whether a failed fetch surely sent nothing. Only what a runtime names unmistakably counts; a reset or a
 * time-out after connecting does not.
 */
export function wasNeverSent(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown }
  if (typeof code === 'string' && (codes.has(code) || tlsCode.test(code))) return true
  // Several addresses were tried: nothing was sent only if each attempt failed early.
  if (Array.isArray(errors) && errors.length > 0) return errors.every(wasNeverSent)
  return cause !== undefined && wasNeverSent(cause)
}
