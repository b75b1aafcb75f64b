// Names under which runtimes report that no byte of the request left. Node, name lookup:
const beforeConnecting = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'UND_ERR_CONNECT_TIMEOUT',
  // Bun
  'ConnectionRefused',
  'FailedToOpenSocket',
])

// These come from connecting, but also from reading on a connection that stood: only the system call tells.
const whileConnecting = new Set(['ECONNREFUSED', 'ENETUNREACH', 'EHOSTUNREACH', 'EADDRNOTAVAIL', 'ETIMEDOUT'])

// A certificate is judged before anything is sent. Other TLS faults (ERR_SSL_…) are no proof: garbage in the answer to
// a request that arrived gives ERR_SSL_WRONG_VERSION_NUMBER too (tried on Node 24).
const certificateCode = /^(?:ERR_TLS_CERT_|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_)/

const deepestCause = 8

/**
 * Tells whether a failed fetch surely sent nothing. Only what a runtime names unmistakably counts; a reset or a
 * time-out after connecting does not.
 */
export function wasNeverSent(error: unknown): boolean {
  return provesUnsent(error, 0)
}

function provesUnsent(error: unknown, depth: number): boolean {
  if (typeof error !== 'object' || error === null || depth > deepestCause) return false
  const { code, syscall, cause, errors } = error as Record<'code' | 'syscall' | 'cause' | 'errors', unknown>
  // Several addresses were tried: nothing was sent only if each attempt failed early.
  if (Array.isArray(errors) && errors.length > 0) return errors.every((each) => provesUnsent(each, depth + 1))
  if (typeof code === 'string') {
    if (beforeConnecting.has(code) || certificateCode.test(code)) return true
    if (whileConnecting.has(code)) return syscall === 'connect'
  }
  return cause !== undefined && provesUnsent(cause, depth + 1)
}
