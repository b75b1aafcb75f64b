import { isApiError } from '@grantkit/api-client'
import { isAuthError } from '@grantkit/auth-core'

/** Compares as JSON, which shows what differs. */
export function expectEqual(actual: unknown, expected: unknown, what: string): void {
  const [is, should] = [JSON.stringify(actual), JSON.stringify(expected)]
  if (is !== should) throw new Error(`Expected ${what} to be ${should}, but it is ${is}.`)
}

/** Gives what a promise was rejected with; fails when it was not. */
export async function expectRejection(promise: Promise<unknown>, what: string): Promise<unknown> {
  const outcome = await promise.then(
    () => ({ rejected: false, error: undefined }),
    (error: unknown) => ({ rejected: true, error }),
  )
  if (!outcome.rejected) throw new Error(`Expected ${what} to fail, but it did not.`)
  return outcome.error
}

/** Gives the error of ours with this code that a promise was rejected with; fails for anything else. */
export async function expectError(promise: Promise<unknown>, code: string, what: string): Promise<Error> {
  const error = await expectRejection(promise, what)
  if ((isAuthError(error) || isApiError(error)) && error.code === code) return error
  throw new Error(`Expected ${what} to fail with ${code}, but it failed with ${String(error)}.`, { cause: error })
}
