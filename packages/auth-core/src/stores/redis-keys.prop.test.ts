import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { redisKeys } from './redis-keys.ts'

const keys = redisKeys('app:')
const text = fc.array(fc.oneof(fc.constantFrom('{', '}', '%', '7', 'b', 'd', ':', ''), fc.string()), { maxLength: 6 })
const key = text.map((parts) => parts.join(''))

/** What the slot of a key hangs on, by the rule of the cluster specification. */
function hashed(name: string): string {
  const open = name.indexOf('{')
  const close = open < 0 ? -1 : name.indexOf('}', open)
  return close > open + 1 ? name.slice(open + 1, close) : name
}

it('gives two different keys different names', () => {
  fc.assert(fc.property(key, key, (one, other) => one === other || keys.entry(one) !== keys.entry(other)))
  expect(keys.entry('')).not.toBe(keys.entry('%'))
  expect(keys.entry('{')).not.toBe(keys.entry('%7b'))
})

it('puts all names of a key into one slot', () => {
  fc.assert(
    fc.property(key, (one) => {
      const entry = keys.entry(one)
      expect(hashed(entry)).toBe(hashed(keys.past(one)))
      expect(hashed(entry)).not.toBe(entry)
    }),
  )
  expect(hashed(keys.index[0])).toBe(hashed(keys.index[1]))
})
