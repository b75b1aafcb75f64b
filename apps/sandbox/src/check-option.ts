import { SandboxError } from './sandbox-error.ts'

/** Tells whether `value` is a plain JSON object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Refuses keys that nobody reads: a misspelt option must not be silently ignored. */
export function checkKeys(value: unknown, allowed: readonly string[], what: string): void {
  if (!isObject(value)) throw new SandboxError('invalid_option', `${what} must be an object.`)
  for (const key of Object.keys(value)) {
    if (allowed.includes(key)) continue
    throw new SandboxError('invalid_option', `${what} has no "${key}". Known: ${allowed.join(', ')}.`)
  }
}

/** Refuses a number outside `min` to `max`. */
export function checkNumber(value: unknown, what: string, min: number, max: number = Number.MAX_SAFE_INTEGER): void {
  if (typeof value === 'number' && Number.isFinite(value) && value >= min && value <= max) return
  throw new SandboxError('invalid_option', `${what} must be a number of at least ${min}.`)
}

/** Refuses anything but a string with at least one character. */
export function checkText(value: unknown, what: string): void {
  if (typeof value === 'string' && value !== '') return
  throw new SandboxError('invalid_option', `${what} must be a string that is not empty.`)
}

/** Refuses anything but one of the words that are known. */
export function checkOneOf(value: unknown, known: readonly string[], what: string): void {
  if (typeof value === 'string' && known.includes(value)) return
  throw new SandboxError('invalid_option', `${what} is one of ${known.join(', ')}.`)
}
