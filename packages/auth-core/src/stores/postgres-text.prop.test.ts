import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { endOfPrefix, fromStored, toStored } from './postgres-text.ts'

const char = fc.oneof(
  fc.constantFrom('\0', '\u0001', '\u0002', '0', '1', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{10ffff}'),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
)
const text = fc.array(char, { maxLength: 5 }).map((chars) => chars.join(''))

/** By code points, as PostgreSQL's collation "C" orders UTF-8. */
function isBefore(one: string, other: string): boolean {
  return Buffer.compare(Buffer.from(one), Buffer.from(other)) < 0
}

it('keeps every text, without NUL', () => {
  fc.assert(
    fc.property(text, (original) => {
      expect(fromStored(toStored(original))).toBe(original)
      expect(toStored(original)).not.toContain('\0')
    }),
  )
})

it('keeps prefixes, and makes none', () => {
  fc.assert(
    fc.property(text, text, (one, other) => {
      expect(toStored(one).startsWith(toStored(other))).toBe(one.startsWith(other))
      expect(toStored(one + other).startsWith(toStored(one))).toBe(true)
    }),
  )
})

it('ends a prefix right behind the last text that begins with it', () => {
  fc.assert(
    fc.property(text, text, (prefix, other) => {
      const end = endOfPrefix(prefix)
      const inRange = !isBefore(other, prefix) && (end === null || isBefore(other, end))
      expect(inRange).toBe(other.startsWith(prefix))
      expect(end === null || isBefore(prefix + other, end)).toBe(true)
      expect(end?.isWellFormed()).not.toBe(false)
    }),
  )
})
