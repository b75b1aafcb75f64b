import { Buffer } from 'node:buffer'
import { inspect } from 'node:util'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { safeText, withSecrets } from './redact.ts'
import { findSecrets } from './testing/index.ts'

const placeholder = '[redacted]'
/** Secrets long enough that chance does not write them, and not part of the placeholder. */
const secret = fc
  .oneof(fc.string({ minLength: 8, maxLength: 60 }), fc.string({ unit: 'binary', minLength: 8, maxLength: 30 }))
  .filter((text) => text.trim().length >= 8 && !/redacted|\[|\]/.test(text))

const encodings: Record<string, (text: string) => string> = {
  plain: (text) => text,
  url: (text) => encodeURIComponent(text),
  'url in small letters': (text) => encodeURIComponent(text).replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
  form: (text) => new URLSearchParams({ '': text }).toString().slice(1),
  json: (text) => JSON.stringify(text),
  hex: (text) => Buffer.from(text).toString('hex'),
  'hex in capitals': (text) => Buffer.from(text).toString('hex').toUpperCase(),
  base64: (text) => Buffer.from(text).toString('base64'),
  base64url: (text) => Buffer.from(text).toString('base64url'),
  'base64 of credentials': (text) => Buffer.from(`client:${text}`).toString('base64'),
  'base64 of form-encoded credentials': (text) =>
    Buffer.from(`cl:${new URLSearchParams({ '': text }).toString().slice(1)}`).toString('base64'),
  'base64 inside a longer text': (text) => Buffer.from(`x${text}yz`).toString('base64'),
}

describe('safeText', () => {
  it('never shows a secret, however the other side wrote it', () => {
    const words = fc.string({ maxLength: 20 })
    fc.assert(
      fc.property(secret, words, words, fc.constantFrom(...Object.keys(encodings)), (text, before, after, name) => {
        const safe = safeText(`${before} ${encodings[name]!(text)} ${after}`, [text])
        expect(findSecrets(safe, { text, form: encodings['form']!(text) })).toEqual([])
      }),
    )
  })

  it('takes out the longer of two secrets that overlap', () => {
    expect(safeText('is token-12345678-tail there', ['token-1234', 'token-12345678-tail'])).toBe(
      `is ${placeholder} there`,
    )
  })

  it('takes out a secret that becomes whole by cleaning', () => {
    expect(safeText('my\nsecret text', ['my secret text'])).toBe(placeholder)
  })

  it('lets no control character, change of direction, or half character through, and no more than 200 characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        const safe = safeText(text)
        expect(safe).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u)
        expect(safe.isWellFormed()).toBe(true)
        expect(safe.length).toBeLessThanOrEqual(201)
      }),
    )
    expect(safeText('\u001b[2J\u202eevil\r\nSet-Cookie: x\u0000')).toBe('[2J evil Set-Cookie: x')
    expect(safeText(`${'x'.repeat(199)}😀😀`).isWellFormed()).toBe(true)
  })

  it('leaves harmless text as it is', () => {
    expect(safeText('Token is expired: try again (ü, 日本語)', ['other-secret'])).toBe(
      'Token is expired: try again (ü, 日本語)',
    )
  })

  it('gives nothing for what is no text, and stands empty, broken and huge secrets', () => {
    for (const value of [undefined, null, 7, {}, ['x'], Symbol('x')]) expect(safeText(value, ['secret'])).toBe('')
    expect(safeText('text', [''])).toBe('text')
    expect(safeText('text \ud800half', ['\ud800half'])).toBe(`text ${placeholder}`)
    const huge = 'x'.repeat(150_000)
    expect(safeText(`a ${huge} b`, [huge])).toBe(`a ${placeholder} b`)
  })
})

describe('withSecrets', () => {
  const token = 'marker-token-value'
  const object = withSecrets({ scopes: ['a'] }, { value: token, absent: undefined })

  it('gives the secret only to who names it', () => {
    expect(object.value).toBe(token)
    expect(Object.keys(object)).toEqual(['scopes'])
    expect({ ...object }).toEqual({ scopes: ['a'] })
    expect('absent' in object).toBe(false)
  })

  it('prints a placeholder by every road', () => {
    expect(String(object)).toBe(placeholder)
    expect(`${object}`).toBe(placeholder)
    expect(JSON.parse(JSON.stringify(object))).toEqual({ scopes: ['a'], value: placeholder })
    expect(inspect(object)).toContain(placeholder)
    expect(inspect({ deep: [object] }, { depth: 9, showHidden: true })).not.toContain(token)
    expect(structuredClone(object)).toEqual({ scopes: ['a'] })
    expect(findSecrets([object, { object }, new Map([['x', object]])], { token }, { inspect })).toEqual([])
  })

  it('holds the secret in no property, which the consoles of browsers show though it cannot be enumerated', () => {
    const held = Object.values(Object.getOwnPropertyDescriptors(object)).map(({ value }) => value as unknown)
    expect(held).not.toContain(token)
  })

  it('cannot be changed', () => {
    expect(Object.isFrozen(object)).toBe(true)
    expect(() => Object.assign(object, { value: 'other' })).toThrow(TypeError)
  })
})
