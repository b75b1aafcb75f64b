import { expect, test } from 'vitest'
import { AuthError, authErrorCodes, isAuthError } from './errors.ts'

test('recognises an error of another copy of the package by its brand, not by its class', () => {
  const foreign = Object.defineProperty(new Error('x'), Symbol.for('@grantkit/auth-error'), { value: true })
  expect(isAuthError(foreign)).toBe(true)
  expect(isAuthError(new Error('x'))).toBe(false)
  expect(isAuthError(undefined)).toBe(false)
})

test('knows family, action and retryability of every code', () => {
  for (const code of authErrorCodes) {
    const error = new AuthError(code, 'what, where, what to do')
    expect(isAuthError(error, code)).toBe(true)
    expect(error.retryable).toBe(error.action === 'retry')
  }
})
