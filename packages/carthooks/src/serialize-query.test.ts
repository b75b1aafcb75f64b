import { expect, it } from 'vitest'
import { serializeQuery } from './serialize-query.ts'

it.each([
  [{ filters: { f_1001: { $eq: 'a b&c' } } }, 'filters[f_1001][$eq]=a b&c'],
  [
    { filters: { created_at: { $gte: 1767225600, $lte: 1767312000 } } },
    'filters[created_at][$gte]=1767225600&filters[created_at][$lte]=1767312000',
  ],
  [{ filters: { f_1: { $like: '%ink%' } } }, 'filters[f_1][$like]=%ink%'],
  [{ pagination: { start: 0, limit: 20 } }, 'pagination[start]=0&pagination[limit]=20'],
  [{ sort: ['created_at:desc'] }, 'sort=created_at:desc'],
  [{ sort: ['a:asc', 'b:desc'] }, 'sort=a:asc&sort=b:desc'],
  [{ fields: ['title', 'f_1001'] }, 'fields=title,f_1001'],
  [{ unlockedOrLockedBy: 'worker-1' }, 'unlockedOrLockedBy=worker-1'],
  [{ filters: {}, pagination: { page: undefined }, sort: [], fields: [], other: undefined }, ''],
])('%j is written %s', (query, text) => {
  const pairs = serializeQuery(query)
    .split('&')
    .map((pair) => pair.split('=').map(decodeURIComponent).join('='))
  expect(pairs.join('&')).toBe(text)
})

it('percent-encodes brackets and dollar signs', () => {
  expect(serializeQuery({ filters: { f_1: { $eq: 1 } } })).toBe('filters%5Bf_1%5D%5B%24eq%5D=1')
})

it.each([
  ['null', { filters: { f_1: { $eq: null } } }],
  ['no number', { pagination: { page: Number.NaN } }],
  ['a date', { filters: { created_at: { $gt: new Date(0) } } }],
  ['a list of values', { filters: { f_1: { $in: [1, 2] } } }],
  ['a list in a list', { sort: [['a']] }],
  ['a key with a bracket', { filters: { 'f]_1': { $eq: 1 } } }],
  ['an empty key', { filters: { '': { $eq: 1 } } }],
  ['a field with a comma', { fields: ['a,b'] }],
])('%s is refused', (_what, query) => {
  expect(() => serializeQuery(query)).toThrow(TypeError)
})
