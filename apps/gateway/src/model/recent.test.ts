import { expect, test } from 'vitest'
import { createRecent } from './recent.ts'

test('keeps what was used last, and tells what made room or was replaced', () => {
  const dropped: number[] = []
  const recent = createRecent<number>(2, (value) => dropped.push(value))
  recent.set('a', 1)
  recent.set('b', 2)
  expect(recent.get('a')).toBe(1)
  recent.set('c', 3)
  expect([recent.get('b'), [...recent.values()], dropped]).toEqual([undefined, [1, 3], [2]])
  recent.set('a', 4)
  recent.delete('c')
  recent.delete('none')
  expect([[...recent.values()], dropped]).toEqual([[4], [2, 1, 3]])
})
