import { expectTypeOf, test } from 'vitest'
import { isAuthError, type AuthError, type AuthErrorAction, type AuthErrorCode } from './errors.ts'

test('a code that does not exist is a compile error', () => {
  // @ts-expect-error there is no such code
  isAuthError(undefined, 'no_such_code')
  expectTypeOf(isAuthError).toBeCallableWith(undefined, 'reconnect')
})

test('every code is known to an exhaustive switch', () => {
  const adviceOf = {
    reconnect: 'sign in',
    retry: 'later',
    'fix-config': 'ask the developer',
    'more-scopes': 'grant more',
  } satisfies Record<AuthErrorAction, string>
  void adviceOf
  // @ts-expect-error a list that lacks codes is not exhaustive
  void ({ reconnect: 1 } satisfies Record<AuthErrorCode, number>)
  expectTypeOf<AuthErrorCode>().not.toEqualTypeOf<string>()
  expectTypeOf<'account_mismatch' | 'not_connected' | 'volatile_store'>().toExtend<AuthErrorCode>()
})

test('a test for a code narrows to the error', () => {
  const error: unknown = new Error('x')
  if (isAuthError(error, 'reconnect')) {
    expectTypeOf(error).toEqualTypeOf<AuthError>()
    expectTypeOf(error.retryAtMs).toEqualTypeOf<number | undefined>()
  }
})
