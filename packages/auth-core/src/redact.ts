const placeholder = '[redacted]'
const inspect = Symbol.for('nodejs.util.inspect.custom')

/**
 * Adds secrets to an object so that only naming them shows them: not string conversion, JSON, inspectors,
 * consoles or structuredClone.
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
    // No plain property: the consoles of browsers show those, enumerable or not (Chromium 156).
    Object.defineProperty(object, name, { get: () => value })
  }
  Object.defineProperty(object, 'toString', { value: () => placeholder })
  Object.defineProperty(object, 'toJSON', { value: () => shown })
  Object.defineProperty(object, inspect, { value: () => shown })
  return Object.freeze(object) as Readonly<T & S>
}

const longestText = 200
// Stands for a secret while more is taken out; control characters of the text itself are gone by then.
const taken = '\u0000'

/**
 * Makes text of the other side fit for messages: what was sent is taken out (also base64-, URL-, form-, JSON- and
 * hex-encoded, also inside a longer text that was encoded), control characters become spaces, the rest is cut at 200
 * characters.
 */
export function safeText(text: unknown, secrets: readonly string[] = []): string {
  if (typeof text !== 'string') return ''
  const forms = secrets.flatMap(formsOf).toSorted((a, b) => b.length - a.length)
  const hidden = takeOut(text.replaceAll(taken, ' '), forms)
  // Again: a space in place of a line break may have made a secret whole.
  const safe = takeOut(withoutControls(hidden), forms).trim().replaceAll(taken, placeholder)
  return (safe.length > longestText ? `${safe.slice(0, longestText)}\u2026` : safe).toWellFormed()
}

/** Terminals act on control characters; format characters turn the direction or hide parts of a text. */
function withoutControls(text: string): string {
  // No literal: V8 would work these classes out whenever the package is imported, a twentieth of its share.
  return text.replaceAll(new RegExp(String.raw`(?:(?!\0)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}])+`, 'gu'), ' ')
}

function takeOut(text: string, forms: readonly string[]): string {
  return forms.reduce((rest, form) => replaceInAnyCase(rest, form), text)
}

/** The digits of percent- and hex-encodings may be written in capitals or not. */
function replaceInAnyCase(text: string, form: string): string {
  const folded = lowerAscii(text)
  const needle = lowerAscii(form)
  let result = ''
  let from = 0
  for (let at = folded.indexOf(needle); at >= 0; at = folded.indexOf(needle, from)) {
    result += text.slice(from, at) + taken
    from = at + needle.length
  }
  return result + text.slice(from)
}

/** Keeps every character at its place, which `toLowerCase` does not. */
function lowerAscii(text: string): string {
  return text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase())
}

const shortestEncoding = 4

function formsOf(secret: string): string[] {
  const wellFormed = secret.toWellFormed()
  const inAddresses = [
    encodeURIComponent(wellFormed),
    new URLSearchParams({ '': wellFormed }).toString().slice(1),
    // As in Basic credentials, where the other unreserved characters are encoded too (RFC 6749 §2.3.1).
    encodeURIComponent(wellFormed).replaceAll(
      /[-_.!~*'()]/g,
      (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
    ),
  ]
  const encoded = [
    ...inAddresses,
    JSON.stringify(wellFormed).slice(1, -1),
    Array.from(bytesOf(wellFormed), (byte) => byte.toString(16).padStart(2, '0')).join(''),
    ...[wellFormed, ...inAddresses].flatMap(base64Cores),
  ]
  return [secret, wellFormed, ...encoded.filter((form) => form.length >= shortestEncoding)].filter(
    (form) => form !== '',
  )
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

/** What base64 of any text around this one contains, for the three places in a group of three where it may begin. */
function base64Cores(text: string): string[] {
  const bytes = bytesOf(text)
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
  return [0, 1, 2].flatMap((lead) => {
    const base64 = btoa('\0'.repeat(lead) + binary)
    const core = base64.slice(Math.ceil((lead * 8) / 6), Math.floor(((lead + bytes.length) * 8) / 6))
    return [core, core.replaceAll('+', '-').replaceAll('/', '_')]
  })
}
