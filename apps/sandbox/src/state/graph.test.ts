import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createCollection } from '../api/collection.ts'
import { readGraph, writeGraph } from './graph.ts'

const there = (value: unknown): unknown => readGraph(JSON.parse(JSON.stringify(writeGraph(value))))

/** Data with names that begin as those of the format do. */
const data = fc.letrec<{ value: unknown; name: string }>((tie) => ({
  name: fc.oneof(fc.string({ maxLength: 4 }), fc.constantFrom('$map', '$again', '$undefined', '__proto__', 'toString')),
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string(),
    fc.integer(),
    fc.constantFrom(null, undefined, true, Number.POSITIVE_INFINITY, { $again: '' }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(tie('name'), tie('value')), { maxLength: 4 }).map((members) => Object.fromEntries(members)),
    fc.array(fc.tuple(tie('name'), tie('value')), { maxLength: 4 }).map((members) => new Map(members)),
    fc.array(tie('value'), { maxLength: 4 }).map((members) => new Set(members)),
  ),
})).value

describe('what is written and read', () => {
  test('is what it was, whatever it is', () => {
    fc.assert(
      fc.property(data, (value) => {
        expect(there(value)).toStrictEqual(value)
      }),
    )
  })

  test('shares what it shared', () => {
    fc.assert(
      fc.property(fc.array(data, { minLength: 1 }), (values) => {
        const shared = { values }
        const [first, { inner }] = there([shared, { inner: new Map([[shared, shared]]) }]) as [
          object,
          { inner: Map<object, object> },
        ]
        expect([...inner]).toEqual([[first, first]])
        expect(inner.get(first)).toBe(first)
      }),
    )
  })

  test('keeps the order and the numbers of a collection', () => {
    const collection = createCollection<string>()
    for (const each of ['a', 'b', 'c']) collection.add(each, each)
    collection.remove('c')
    const [one, same] = there([collection, collection]) as [typeof collection, typeof collection]
    expect(one).toBe(same)
    one.add('d', 'd')
    expect([...one.after(0)]).toEqual([
      [1, 'a'],
      [2, 'b'],
      [4, 'd'],
    ])
    expect(collection.values()).toEqual(['a', 'b'])
  })

  test('is data: anything else says where it stands', () => {
    expect(() => writeGraph({ parts: [{ now: () => 1 }] })).toThrow('A function cannot be kept: /parts/0/now.')
  })
})
