import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createEventId, eventIdFor, isEventId } from './index.ts'

test('a new id is one that Google takes, and never the same (D6)', () => {
  const ids = Array.from({ length: 1000 }, () => createEventId())
  expect(ids.every(isEventId)).toBe(true)
  expect(new Set(ids).size).toBe(1000)
})

test('whatever the key, its id is one that Google takes, and always the same', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string(), async (key) => {
      const id = await eventIdFor(key)
      expect(isEventId(id)).toBe(true)
      expect(await eventIdFor(key)).toBe(id)
    }),
  )
})

test('different keys give different ids, also where they differ in case or spelling', async () => {
  const ids = await Promise.all(['order-1', 'Order-1', 'order-1 ', 'order-2', 'örder-1', '注文 1', ''].map(eventIdFor))
  expect(new Set(ids).size).toBe(7)
})

test.each([
  ['a UUID with dashes', '123e4567-e89b-42d3-a456-426614174000'],
  ['capitals', 'ABCDEF12'],
  ['a letter behind v', 'abcdw'],
  ['too short', 'abcd'],
  ['too long', 'a'.repeat(1025)],
  ['an underscore, as in ids of instances', 'abcde_20260315'],
])('%s cannot be the id of a new event (D6)', (_name, id) => {
  expect(isEventId(id)).toBe(false)
})
