import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { attemptKey, grantKey, sha256 } from './store-key.ts'

const nasty = fc.constantFrom(
  '',
  '/',
  ':',
  '*',
  '%',
  '%2F',
  '{}',
  '.',
  '..',
  '\u0000',
  '\n',
  'é',
  'e\u0301',
  'а',
  'a',
  '😀',
  "'",
  '\\',
)
const part = fc
  .oneof(
    fc.string({ unit: 'binary' }),
    fc.array(nasty).map((parts) => parts.join('')),
  )
  .map((text) => text.toWellFormed())
  .filter((text) => text !== '')
const names = fc.tuple(part, part, part, part)
type Names = [provider: string, issuer: string, clientId: string, account: string]
const keyOf = (...[id, issuer, clientId, account]: Names): string => grantKey({ id, issuer }, clientId, account)

describe('grantKey', () => {
  it('gives different names different keys', () => {
    fc.assert(
      fc.property(names, names, (a, b) => {
        expect(keyOf(...a) === keyOf(...b)).toBe(JSON.stringify(a) === JSON.stringify(b))
      }),
    )
  })

  it('cannot be fooled by moving a separator', () => {
    fc.assert(
      fc.property(part, part, (a, b) => {
        expect(keyOf('p', 'i', `${a}/${b}`, 'x')).not.toBe(keyOf('p', 'i', a, `${b}/x`))
        expect(keyOf('p', `i/${a}`, b, 'x')).not.toBe(keyOf('p', 'i', `${a}/${b}`, 'x'))
        expect(keyOf('p', 'i', 'c', encodeURIComponent(a))).not.toBe(
          encodeURIComponent(a) === a ? undefined : keyOf('p', 'i', 'c', a),
        )
      }),
    )
  })

  it('uses only characters that no store gives a meaning to', () => {
    fc.assert(
      fc.property(names, (parts) => {
        expect(keyOf(...parts)).toMatch(/^grant(\/[\w.~%-]+){4}$/)
      }),
    )
  })

  it('refuses an empty part and half a surrogate pair', () => {
    for (const parts of [
      ['', 'i', 'c', 'a'],
      ['p', '', 'c', 'a'],
      ['p', 'i', '', 'a'],
      ['p', 'i', 'c', ''],
      ['p', 'i', 'c', '\ud800'],
    ] satisfies Names[]) {
      expect(() => keyOf(...parts)).toThrow(expect.objectContaining({ code: 'invalid_account' }))
    }
  })
})

describe('attemptKey', () => {
  it('does not hold the state', async () => {
    const key = await attemptKey('state-marker')
    expect(key).toBe(`attempt/${await sha256('state-marker')}`)
    expect(key).not.toContain('state-marker')
    expect(key).toMatch(/^attempt\/[0-9a-f]{64}$/)
  })
})
