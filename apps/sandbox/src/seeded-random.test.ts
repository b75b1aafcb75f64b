import { expect, test } from 'vitest'
import { createSeededRandom } from './seeded-random.ts'

test('the same seed gives the same values, another seed gives others', () => {
  const [one, same, other] = ['a', 'a', 'b'].map((seed) => createSeededRandom(seed).token('access'))
  expect(one).toBe(same)
  expect(one).not.toBe(other)
})

test('a label that is used more does not shift another label', () => {
  const [quiet, busy] = [createSeededRandom('a'), createSeededRandom('a')]
  busy.token('code')
  expect(busy.token('access')).toBe(quiet.token('access'))
})

test('values of one label do not repeat, and ids are UUIDs of version 4', () => {
  const random = createSeededRandom('a')
  const ids = Array.from({ length: 1000 }, () => random.uuid('extension'))
  expect(new Set(ids).size).toBe(1000)
  for (const id of ids) expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
})

test('a fingerprint depends on the seed and does not hold the secret', () => {
  const [a, b] = ['a', 'b'].map((seed) => createSeededRandom(seed).fingerprint('secret'))
  expect(a).not.toBe(b)
  expect(a).not.toContain('secret')
})

test('a reset starts all labels again', () => {
  const random = createSeededRandom('a')
  const first = random.token('x')
  random.reset()
  expect(random.token('x')).toBe(first)
})
