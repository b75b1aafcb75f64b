import { Buffer } from 'node:buffer'
import { inspect } from 'node:util'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assertNoSecret, findSecrets } from './find-secrets.ts'

const secrets = { token: 'marker~"7f/+Ü 9' }
const found = (value: unknown) => [...new Set(findSecrets(value, secrets, { inspect }).map(({ form }) => form))]

describe('findSecrets', () => {
  it('finds a secret in every form', () => {
    const { token } = secrets
    expect(found(`x${token}x`)).toContain('plain')
    expect(found(JSON.stringify({ token }))).toContain('json-escaped')
    expect(found(`?q=${encodeURIComponent(token)}`)).toContain('url-encoded')
    expect(found(`?q=${encodeURIComponent(token).toLowerCase()}`)).toContain('url-encoded')
    expect(found(new URLSearchParams({ token }).toString())).toContain('form-encoded')
    expect(found(Buffer.from(token).toString('hex').toUpperCase())).toContain('hex')
    expect(found('nothing')).toEqual([])
  })

  it('finds a secret inside a longer text that was encoded as base64 or base64url', () => {
    const text = fc.string({ unit: 'binary', maxLength: 9 })
    fc.assert(
      fc.property(text, text, fc.constantFrom('base64' as const, 'base64url' as const), (before, after, form) => {
        expect(found(Buffer.from(before + secrets.token + after).toString(form)).join()).toMatch(/base64/)
      }),
    )
  })

  it('finds a secret in errors: message, stack, fields, hidden fields, causes, bundled errors', () => {
    const hidden = Object.defineProperty(new Error('x'), 'body', { value: secrets.token, enumerable: false })
    const bundled = new AggregateError([new Error('fine'), new Error(secrets.token)])
    for (const error of [
      new Error(secrets.token),
      Object.assign(new Error('x'), { stack: secrets.token }),
      Object.assign(new Error('x'), { body: { token: secrets.token } }),
      hidden,
      bundled,
      new Error('x', { cause: new Error('y', { cause: secrets.token }) }),
    ]) {
      expect(found(error)).toContain('plain')
    }
  })

  it('finds a secret in whatever holds it, as deep as it lies', () => {
    const token = secrets.token
    for (const value of [
      [[[[[[token]]]]]],
      { a: { b: { c: { d: { e: token } } } } },
      { [token]: 1 },
      new Map([[token, 1]]),
      new Set([token]),
      new TextEncoder().encode(token),
      Buffer.from(token),
      new Headers({ authorization: `Bearer ${encodeURIComponent(token)}` }),
      new URLSearchParams({ token }),
      new URL(`https://example.com/?${new URLSearchParams({ token })}`),
      { toJSON: () => token },
      { toString: () => token },
      { [inspect.custom]: () => token },
    ]) {
      expect(findSecrets(value, secrets, { inspect })).not.toEqual([])
    }
  })

  it('finds nothing in an object that hides its secret, and something in one that only hides it from JSON', () => {
    class Hidden {
      readonly #token = secrets.token
      length(): number {
        return this.#token.length
      }
    }
    expect(findSecrets(new Hidden(), secrets, { inspect })).toEqual([])
    class Leaky {
      readonly token = secrets.token
      toJSON(): string {
        return '[redacted]'
      }
    }
    expect(findSecrets(new Leaky(), secrets, { inspect })).not.toEqual([])
  })

  it('comes to an end with circular values and does not use up an iterator', () => {
    const circle: unknown[] = [new Error('x')]
    circle.push(circle)
    const iterator = [1, 2].values()
    expect(findSecrets([circle, iterator], secrets, { inspect })).toEqual([])
    expect([...iterator]).toEqual([1, 2])
  })

  it('refuses a secret that chance would find', () => {
    expect(() => findSecrets('x', { short: '1234567' })).toThrow("'short' is too short")
  })
})

describe('assertNoSecret', () => {
  it('says which secret shows where, and never the secret', () => {
    const leak = { log: [new Error('x', { cause: { [secrets.token]: secrets.token } })] }
    const failure = thrownBy(() => assertNoSecret(leak, secrets))
    expect(String(failure)).toContain('token (plain) at value.log[0].cause')
    expect(findSecrets(failure, secrets, { inspect })).toEqual([])
  })

  it('says nothing when nothing shows', () => {
    expect(thrownBy(() => assertNoSecret(['fine', new Error('fine')], secrets, { inspect }))).toBeUndefined()
  })
})

function thrownBy(run: () => void): unknown {
  try {
    run()
    return undefined
  } catch (error) {
    return error
  }
}
