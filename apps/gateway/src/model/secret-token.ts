import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** 256 bits, in the characters of a bearer token (RFC 6750, 2.1). */
export function createSecret(): string {
  return randomBytes(32).toString('base64url')
}

/** What is stored of a secret with so many bits: it cannot be guessed back, so a plain hash is enough. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

export function isSameHash(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
