import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import { expect, test } from 'vitest'
import { certify } from './certify.ts'

test('certifies a key so that others can read it, signed by itself', () => {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const certificate = new X509Certificate(certify(pair))
  expect(certificate.publicKey.equals(pair.publicKey)).toBe(true)
  expect(certificate.verify(pair.publicKey)).toBe(true)
  expect(certificate).toMatchObject({ subject: 'CN=sandbox', issuer: 'CN=sandbox', serialNumber: '01' })
  expect(new Date(certificate.validTo).getUTCFullYear()).toBe(2049)
})
