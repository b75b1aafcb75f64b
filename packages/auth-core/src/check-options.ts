import { AuthError } from './errors.ts'

/** Rejects option keys that do not exist, naming the ones that do. */
export function checkOptions(what: string, options: object, known: readonly string[]): void {
  for (const key of Object.keys(options)) {
    if (known.includes(key)) continue
    throw new AuthError('invalid_option', `${what}: there is no option "${key}". Known options: ${known.join(', ')}.`)
  }
}
