import { AuthError } from '../errors.ts'

/** Refuses a lone surrogate: it has no UTF-8, so two texts with different ones would become the same. */
export function wellFormed(text: string): string {
  if (text.isWellFormed()) return text
  throw new AuthError('invalid_option', 'A store key or value holds half a surrogate pair.')
}
