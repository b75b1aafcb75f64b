import type { AuthError } from '../errors.ts'
import type { Reading } from './grant-store.ts'

/**
 * What one refresh came to, with the newest reading. `unsaved`: the store refuses the new tokens so far; they are `saved`
 * once it has taken them, and `durable` once the spill has, too.
 */
export type RefreshResult =
  | { readonly kind: 'refreshed'; readonly reading: Reading }
  | {
      readonly kind: 'unsaved'
      readonly reading: Reading
      readonly saved: Promise<Reading>
      readonly durable: Promise<unknown>
    }
  | { readonly kind: 'not_claimed'; readonly reading: Reading }
  | { readonly kind: 'failed'; readonly reading: Reading; readonly error: AuthError }
