import { expect, test } from 'vitest'
import { isNeededBy } from './needed-by.ts'

const importers: Readonly<Record<string, readonly string[]>> = {
  errors: ['client', 'store'],
  client: ['index', 'ring'],
  ring: ['client'],
  notices: ['store', 'other-store'],
}
const graph = { getModuleInfo: (id: string) => ({ importers: importers[id] ?? [] }) }

test('an entry needs itself and what it imports, also by others and around a ring', () => {
  for (const id of ['index', 'client', 'ring', 'errors']) expect(isNeededBy('index', id, graph)).toBe(true)
})

test('it does not need what only other entries import, and where there is no entry nothing is needed', () => {
  expect(isNeededBy('index', 'notices', graph)).toBe(false)
  expect(isNeededBy('index', 'store', graph)).toBe(false)
  expect(isNeededBy(undefined, 'errors', graph)).toBe(false)
})
