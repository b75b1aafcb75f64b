import { inspect } from 'node:util'
import type { Store } from '../../src/store.ts'
import { assertNoSecret } from '../../src/testing/find-secrets.ts'

/** Stand for what must not show in an error. */
export const secrets = { key: 'marker-key-7f3a', value: 'marker-value-9c1e' }
export const key = secrets.key
export const value = JSON.stringify({ refreshToken: secrets.value })

/** Where modes and owners mean something, and an open file can be removed: everywhere but on Windows. */
export const posix = process.getuid !== undefined

/** What a read, a write and a list fail with. Fails itself when an error tells what the store holds. */
export async function codesOf(store: Store): Promise<unknown[]> {
  const steps = [store.read(key), store.write(key, value, { ifVersion: null }), store.list(key)]
  const errors = (await Promise.allSettled(steps)).map((step) => (step.status === 'rejected' ? step.reason : undefined))
  assertNoSecret(errors, secrets, { inspect })
  return errors.map((error) => error?.code ?? 'done')
}

/** The same code for each step of {@link codesOf}. */
export function allFailing(code: string): string[] {
  return [code, code, code]
}
