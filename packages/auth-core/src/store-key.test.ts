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
const triple = fc.tuple(part, part, part)

describe('grantKey', () => {
  it('gives different triples different keys', () => {
    fc.assert(
      fc.property(triple, triple, (a, b) => {
        expect(grantKey(...a) === grantKey(...b)).toBe(JSON.stringify(a) === JSON.stringify(b))
      }),
    )
  })

  it('cannot be fooled by moving a separator', () => {
    fc.assert(
      fc.property(part, part, (a, b) => {
        expect(grantKey('p', `${a}/${b}`, 'x')).not.toBe(grantKey('p', a, `${b}/x`))
        expect(grantKey('p', 'c', encodeURIComponent(a))).not.toBe(
          encodeURIComponent(a) === a ? undefined : grantKey('p', 'c', a),
        )
      }),
    )
  })

  it('uses only characters that no store gives a meaning to', () => {
    fc.assert(
      fc.property(triple, (parts) => {
        expect(grantKey(...parts)).toMatch(/^grant\/[\w.~%-]+\/[\w.~%-]+\/[\w.~%-]+$/)
      }),
    )
  })

  it('refuses an empty part and half a surrogate pair', () => {
    for (const parts of [
      ['', 'c', 'a'],
      ['p', '', 'a'],
      ['p', 'c', ''],
      ['p', 'c', '\ud800'],
    ] as const) {
      const [provider, client, account] = parts
      expect(() => grantKey(provider, client, account)).toThrow(expect.objectContaining({ code: 'invalid_account' }))
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
