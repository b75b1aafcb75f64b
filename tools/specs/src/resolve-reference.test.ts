import { expect, test } from 'vitest'
import { escapePointer, nodeAt, resolveReference } from './resolve-reference.ts'

const document = {
  paths: { '/a/{id}': { get: 1 }, 'x~y': 2 },
  list: [{ n: 0 }],
  a: { $ref: '#/b' },
  b: { $ref: '#/list/0' },
  ring: { $ref: '#/gnir' },
  gnir: { $ref: '#/ring' },
}

test.each([
  ['#', document],
  ['#/paths/~1a~1{id}/get', 1],
  ['#/paths/~1a~1%7Bid%7D/get', 1],
  ['#/paths/x~0y', 2],
  ['#/list/0/n', 0],
  ['#/list/1', undefined],
  ['#/nothing/at/all', undefined],
  ['#/toString', undefined],
  ['other.yaml#/a', undefined],
])('%s is found by the rules of JSON pointers', (reference, expected) => {
  expect(nodeAt(document, reference)).toStrictEqual(expected)
})

test('references are followed to the end', () => {
  expect(resolveReference(document, { $ref: '#/a' })).toStrictEqual({ n: 0 })
  expect(resolveReference(document, { n: 1 })).toStrictEqual({ n: 1 })
})

test('a ring of references and a reference to nothing give nothing', () => {
  expect(resolveReference(document, { $ref: '#/ring' })).toBeUndefined()
  expect(resolveReference(document, { $ref: '#/c' })).toBeUndefined()
})

test('a key survives the way into a pointer and back', () => {
  for (const key of ['/a/{id}', 'x~y', '~1', 'plain']) {
    expect(nodeAt({ [key]: 1 }, `#/${escapePointer(key)}`)).toBe(1)
  }
})
