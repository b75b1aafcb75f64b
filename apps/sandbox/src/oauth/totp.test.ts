import { describe, expect, test } from 'vitest'
import { isTotpCode, isTotpSecret, totpCode } from './totp.ts'

/** The ASCII text 12345678901234567890, the secret of the vectors. */
const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'

// RFC 6238 appendix B, SHA-1. The eight digits there are the same number modulo 10^8.
test.each([
  [59, '94287082'],
  [1_111_111_109, '07081804'],
  [1_111_111_111, '14050471'],
  [1_234_567_890, '89005924'],
  [2_000_000_000, '69279037'],
  [20_000_000_000, '65353130'],
])('the code at second %d ends RFC 6238’s %s', (seconds, code) => {
  expect(totpCode(secret, seconds * 1000)).toBe(code.slice(-6))
})

describe('a typed code', () => {
  const nowMs = 1_111_111_111_000

  test('is right in its 30 seconds and in the next ones', () => {
    const code = totpCode(secret, nowMs)
    const startMs = nowMs - (nowMs % 30_000)
    expect([-1, 0, 59_999, 60_000].map((afterMs) => isTotpCode(code, secret, startMs + afterMs))).toEqual([
      false,
      true,
      true,
      false,
    ])
  })

  test('may have spaces, and nothing else', () => {
    const code = totpCode(secret, nowMs)
    expect(isTotpCode(` ${code.slice(0, 3)} ${code.slice(3)}`, secret, nowMs)).toBe(true)
    for (const wrong of ['', code.slice(1), `${code}0`, `+${code}`]) {
      expect(isTotpCode(wrong, secret, nowMs)).toBe(false)
    }
  })

  test('is asked for at the very beginning of time, too', () => {
    expect(isTotpCode(totpCode(secret, 0), secret, 0)).toBe(true)
  })
})

test('a secret is base32 without padding, of 16 letters at least', () => {
  expect(isTotpSecret(secret)).toBe(true)
  for (const wrong of [undefined, 5, '', 'GEZDGNBVGY3TQOJ', 'gezdgnbvgy3tqojq', 'GEZDGNBVGY3TQOJ1', `${secret}=`]) {
    expect(isTotpSecret(wrong)).toBe(false)
  }
})
