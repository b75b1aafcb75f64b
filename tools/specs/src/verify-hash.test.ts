import { expect, test } from 'vitest'
import { sha256 } from './sha256.ts'
import { failureOf } from './testing/failure-of.ts'
import { verifyHash } from './verify-hash.ts'

test('the recorded bytes pass', () => {
  expect(() => verifyHash('abc', { source: 'source.yaml', sha256: sha256('abc') })).not.toThrow()
})

test('one changed byte is refused, and the message has the value to record', async () => {
  const failure = await failureOf(() => verifyHash('abd', { source: 'source.yaml', sha256: sha256('abc') }))
  expect(failure.code).toBe('hash_mismatch')
  expect(failure.message).toContain('source.yaml')
  expect(failure.message).toContain(sha256('abd'))
})

test('the hash is the usual SHA-256 of the UTF-8 bytes', () => {
  expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
})
