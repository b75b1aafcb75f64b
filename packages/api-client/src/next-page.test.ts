import { describe, expect, it } from 'vitest'
import type { OffsetPaging } from './definition.ts'
import { nextPage } from './next-page.ts'

describe('a list paged by an offset', () => {
  const paging: OffsetPaging = {
    style: 'offset',
    items: 'results',
    parameter: 'offset',
    first: 0,
    total: 'total',
    last: 'toIndex',
  }
  const page = (at: number | undefined, length: number, body: object) => ({ at, items: Array(length).fill(0), body })

  it.each([
    ['goes on behind the last item the answer names', page(undefined, 25, { toIndex: 24, total: 60 }), 25],
    ['believes the answer, not the number of items', page(25, 20, { toIndex: 49, total: 60 }), 50],
    ['ends at the total', page(50, 10, { toIndex: 59, total: 60 }), undefined],
    ['ends at an empty page', page(60, 0, { toIndex: 59, total: 99 }), undefined],
    ['counts where the answer names no last item', page(25, 20, { total: 60 }), 45],
    ['ends where the answer has no total', page(undefined, 25, { toIndex: 24 }), undefined],
  ])('%s', (_, read, next) => {
    expect(nextPage(paging, read)).toBe(next)
  })
})

describe('a list paged by an index from 1', () => {
  const paging: OffsetPaging = {
    style: 'offset',
    items: 'resources',
    parameter: 'startIndex',
    first: 1,
    total: 'totalResults',
  }

  it.each([
    ['counts the items of the first page', undefined, 50, 120, 51],
    ['counts the items of a later page', 51, 50, 120, 101],
    ['ends when the total is reached', 101, 20, 120, undefined],
    ['ends at once where one page holds all', undefined, 120, 120, undefined],
    ['goes on for a single last item', 1, 119, 120, 120],
    ['takes a start that came as text', '51', 50, 120, 101],
  ])('%s', (_, at, length, totalResults, next) => {
    expect(nextPage(paging, { at, items: Array(length).fill(0), body: { totalResults } })).toBe(next)
  })
})
