import { expectTypeOf, test } from 'vitest'
import { isAuthError } from './errors.ts'

test('a code that does not exist is a compile error', () => {
  // @ts-expect-error there is no such code
  isAuthError(undefined, 'no_such_code')
  expectTypeOf(isAuthError).toBeCallableWith(undefined, 'reconnect')
})
