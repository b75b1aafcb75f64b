import { SpecsError, type SpecsErrorCode } from '../specs-error.ts'

/** Runs something that must fail with one of our errors and gives its code and message. */
export async function failureOf(action: () => unknown): Promise<{ code: SpecsErrorCode; message: string }> {
  try {
    await action()
  } catch (error) {
    if (error instanceof SpecsError) return { code: error.code, message: error.message }
    throw error
  }
  throw new Error('It did not fail.')
}
