import { expect, test } from 'vitest'
import type { Json } from './json.ts'
import { walk } from './walk.ts'

function visited(document: Json): string[] {
  const pointers: string[] = []
  walk(document, (_node, pointer) => pointers.push(pointer))
  return pointers
}

test('every node is visited with its pointer, through lists too', () => {
  expect(visited({ allOf: [{ not: {} }] })).toStrictEqual(['#', '#/allOf/0', '#/allOf/0/not'])
})

test('a map of names is no node, its members are', () => {
  expect(visited({ paths: { '/a/{id}': { get: {} } } })).toStrictEqual([
    '#',
    '#/paths/~1a~1{id}',
    '#/paths/~1a~1{id}/get',
  ])
})

test('a field may be called like anything', () => {
  expect(visited({ properties: { example: {}, properties: { properties: { $ref: {} } } } })).toStrictEqual([
    '#',
    '#/properties/example',
    '#/properties/properties',
    '#/properties/properties/properties/$ref',
  ])
})

test.each(['example', 'examples', 'default', 'const'])('values of %s are not looked into', (word) => {
  expect(visited({ schema: {}, [word]: { $ref: {}, list: [{}] } })).toStrictEqual(['#', '#/schema'])
})

test('an answer may be called default', () => {
  expect(visited({ responses: { default: {} } })).toStrictEqual(['#', '#/responses/default'])
})
