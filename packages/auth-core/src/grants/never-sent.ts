// Names under which runtimes report that no byte of the request left. Node, name lookup:
const beforeConnecting = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'UND_ERR_CONNECT_TIMEOUT',
  // Bun up to 1.3
  'ConnectionRefused',
  'FailedToOpenSocket',
])

// These come from connecting, but also from reading on a connection that stood: only the system call tells.
const whileConnecting = new Set(['ECONNREFUSED', 'ENETUNREACH', 'EHOSTUNREACH', 'EADDRNOTAVAIL', 'ETIMEDOUT'])

// A certificate is judged before anything is sent. Other TLS faults (ERR_SSL_…) are no proof: garbage in the answer to
// a request that arrived gives ERR_SSL_WRONG_VERSION_NUMBER too (tried on Node 24).
const certificateCode = /^(?:ERR_TLS_CERT_|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_)/

// Bun 1.4 names no system call and Deno 2.9 no code; both say it in words that they use for nothing else. Deno's cover
// name lookup, connecting and the TLS handshake. An address cannot fake them: it holds no spaces.
const connectFailed = /^[A-Z]+: Unable to connect\. |: client error \(Connect\): /

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
  const { code, syscall, message, cause, errors } = error as { readonly [name: string]: unknown }
  // Several addresses were tried: nothing was sent only if each attempt failed early.
  if (Array.isArray(errors) && errors.length > 0) return errors.every((each) => provesUnsent(each, depth + 1))
  if (typeof code === 'string') {
    if (beforeConnecting.has(code) || certificateCode.test(code)) return true
    if (whileConnecting.has(code) && syscall !== undefined) return syscall === 'connect'
  }
  if (typeof message === 'string' && connectFailed.test(message)) return true
  return cause !== undefined && provesUnsent(cause, depth + 1)
}
