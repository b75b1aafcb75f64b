import { createHmac } from 'node:crypto'

/** What authenticator apps assume: RFC 6238 with SHA-1, six digits, and a new code every 30 seconds. */
const periodMs = 30_000
const digits = 6

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** Tells whether `text` can be the secret of TOTP codes: at least 80 bits as base32, without padding. */
export function isTotpSecret(text: unknown): text is string {
  return typeof text === 'string' && /^[A-Z2-7]{16,}$/.test(text)
}

/** Computes the time-based code of RFC 6238 for a secret in base32. */
export function totpCode(secret: string, nowMs: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(nowMs / periodMs)))
  const mac = createHmac('sha1', decodeBase32(secret)).update(counter).digest()
  // Dynamic truncation, RFC 4226 section 5.3.
  const offset = mac.readUInt8(mac.length - 1) & 0x0f
  const code = (mac.readUInt32BE(offset) & 0x7fff_ffff) % 10 ** digits
  return String(code).padStart(digits, '0')
}

/** Accepts the code of now, and the one before it for who types slowly (RFC 6238 section 5.2). Spaces do not count. */
export function isTotpCode(typed: string, secret: string, nowMs: number): boolean {
  const code = typed.replaceAll(/\s/g, '')
  return code === totpCode(secret, nowMs) || code === totpCode(secret, Math.max(0, nowMs - periodMs))
}

function decodeBase32(text: string): Buffer {
  const bits = Array.from(text, (letter) => base32.indexOf(letter).toString(2).padStart(5, '0')).join('')
  return Buffer.from(Array.from(bits.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2)))
}
