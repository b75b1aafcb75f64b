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
  fc.assert(fc.property(key, key, (one, other) => one === other || keys.of(one)[0] !== keys.of(other)[0]))
  expect(keys.of('')[0]).not.toBe(keys.of('%')[0])
  expect(keys.of('{')[0]).not.toBe(keys.of('%7b')[0])
})

it('puts all names of a key into one slot', () => {
  fc.assert(
    fc.property(key, (one) => {
      const [entry, log] = keys.of(one)
      expect(hashed(entry)).toBe(hashed(log))
      expect(hashed(entry)).not.toBe(entry)
    }),
  )
  expect(hashed(keys.index[0])).toBe(hashed(keys.index[1]))
})
