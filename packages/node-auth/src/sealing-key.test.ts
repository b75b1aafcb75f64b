import { isAuthError } from '@grantkit/auth-core'
import { expect, test } from 'vitest'
import { absentKeychain, createMemoryKeychain, createRefusingKeychain, hangingKeychain } from '../test/keychains.ts'
import type { Keychain } from './keychain.ts'
import { createSealingKey, discardSealingKey, readSealingKey } from './sealing-key.ts'

const path = '/data/grants.sqlite'

async function failure(work: Promise<unknown>): Promise<{ code: string; message: string }> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!isAuthError(error)) throw new Error('it did not fail with an error of ours')
  return error
}

test('makes keys of 32 random bytes under names of their own, and reads them again', async () => {
  const keychain = createMemoryKeychain()
  const first = await createSealingKey({ keychain, path })
  const second = await createSealingKey({ keychain, path })
  expect(keychain.secrets.size).toBe(2)
  expect(first.bytes).toHaveLength(32)
  expect(first.bytes).not.toEqual(second.bytes)
  expect(await readSealingKey({ keychain, path }, first.id)).toEqual(first)
})

const kinds: readonly [string, Keychain, string][] = [
  ['absent', absentKeychain, 'no D-Bus here'],
  ['hanging', hangingKeychain, 'did not answer within 0.005 s'],
  ['refusing', createRefusingKeychain(new Error('canary-key')), 'it failed'],
]

test.each(kinds)('with a keychain that is %s, making a key says what to add', async (_, keychain, reason) => {
  const error = await failure(createSealingKey({ keychain, path, limitMs: 5 }))
  expect(error).toMatchObject({ code: 'keychain_unavailable', message: expect.stringContaining(reason) })
  expect(error.message).toContain("fallback: 'file'")
  expect(error.message).toContain(path)
  expect(error.message).not.toContain('canary')
})

test.each(kinds)('with a keychain that is %s, reading a key says how to go on', async (_, keychain, reason) => {
  const error = await failure(readSealingKey({ keychain, path, limitMs: 5 }, 'id'))
  expect(error).toMatchObject({ code: 'keychain_unavailable', message: expect.stringContaining(reason) })
  expect(error.message).toContain('Unlock it')
  expect(error.message).not.toContain('canary')
})

test('a keychain that forgets at once is found out before anything is sealed', async () => {
  const forgetful: Keychain = { ...createMemoryKeychain(), set: async () => undefined }
  expect(await failure(createSealingKey({ keychain: forgetful, path }))).toMatchObject({
    code: 'keychain_unavailable',
    message: expect.stringContaining('does not keep'),
  })
})

test.each([
  ['nothing', undefined],
  ['something else', 'c2hvcnQ='],
])('a keychain with %s under the name is store_key_missing', async (_, secret) => {
  const keychain = createMemoryKeychain()
  if (secret !== undefined) keychain.secrets.set('id', secret)
  expect(await failure(readSealingKey({ keychain, path }, 'id'))).toMatchObject({
    code: 'store_key_missing',
    message: expect.stringContaining('account "id"'),
  })
})

test('the call that nobody waits for any more is told', async () => {
  const told = Promise.withResolvers<void>()
  const keychain: Keychain = {
    ...hangingKeychain,
    get: (_, { signal }) => {
      signal.addEventListener('abort', () => told.resolve())
      return new Promise(() => undefined)
    },
  }
  await failure(readSealingKey({ keychain, path, limitMs: 5 }, 'id'))
  await expect(told.promise).resolves.toBeUndefined()
})

test('a key that cannot be taken back stays', async () => {
  const discarded = discardSealingKey({ keychain: absentKeychain, path }, 'id')
  await expect(discarded).resolves.toBeUndefined()
})
