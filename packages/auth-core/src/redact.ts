const placeholder = '[redacted]'
const inspect = Symbol.for('nodejs.util.inspect.custom')

/**
 * Adds secrets to an object so that only naming them shows them: not string conversion, JSON, the inspector or
 * structuredClone.
 */
export function withSecrets<T extends object, S extends Record<string, string | undefined>>(
  open: T,
  secrets: S,
): Readonly<T & S> {
  const shown: Record<string, unknown> = Object.fromEntries(Object.entries(open))
  const object: Record<string, unknown> = Object.fromEntries(Object.entries(open))
  for (const [name, value] of Object.entries(secrets)) {
    if (value === undefined) continue
    shown[name] = placeholder
    Object.defineProperty(object, name, { value })
  }
  Object.defineProperty(object, 'toString', { value: () => placeholder })
  Object.defineProperty(object, 'toJSON', { value: () => shown })
  Object.defineProperty(object, inspect, { value: () => shown })
  return Object.freeze(object) as Readonly<T & S>
}

const longestText = 200

/**
 * Makes text of the other side fit for messages: what was sent is taken out (also base64- and URL-encoded), control
 * characters become spaces, the rest is cut at 200 characters.
 */
export function safeText(text: unknown, secrets: readonly string[] = []): string {
  if (typeof text !== 'string') return ''
  let safe = text
  for (const secret of secrets) {
    for (const form of formsOf(secret)) safe = safe.replaceAll(form, placeholder)
  }
  // eslint-disable-next-line no-control-regex -- terminals act on these
  safe = safe.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, ' ').trim()
  return safe.length > longestText ? `${safe.slice(0, longestText)}…` : safe
}

function formsOf(secret: string): string[] {
  if (secret === '') return []
  const base64 = btoa(String.fromCharCode(...new TextEncoder().encode(secret))).replaceAll('=', '')
  const base64url = base64.replaceAll('+', '-').replaceAll('/', '_')
  return [secret, encodeURIComponent(secret), base64, base64url]
}
