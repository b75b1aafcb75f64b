import { describe, expect, it } from 'vitest'
import { paginate } from '../src/index.ts'
import { collect, envelope, play, type Play } from './play.ts'

const list = '/v1/apps/{appId}/collections/{collectionId}/items'
const path = { appId: 1, collectionId: 2 }

function items(from: number, to: number): object[] {
  return Array.from({ length: to - from + 1 }, (_, index) => ({ id: from + index, fields: {} }))
}

function page(from: number, to: number, pagination?: object): Response {
  return envelope(items(from, to), pagination && { meta: { pagination } })
}

async function walk({ api }: Play, pagination?: object): Promise<number[]> {
  const query = pagination === undefined ? {} : { pagination }
  return (await collect(paginate(api, list, { params: { path, query } }))).map(({ id }) => id)
}

const pagesOf = (stage: Play): (string | undefined)[] => stage.requests().map((request) => request.split('?')[1])

describe('a list walked by pages', () => {
  it('ends at the last page that the API counts', async () => {
    const stage = play([
      page(1, 2, { page: 1, pageSize: 2, total: 3, totalPages: 2 }),
      page(3, 3, { page: 2, pageSize: 2, total: 3, totalPages: 2 }),
    ])
    expect(await walk(stage, { pageSize: 2 })).toEqual([1, 2, 3])
    expect(pagesOf(stage)).toEqual(['pagination[pageSize]=2', 'pagination[pageSize]=2&pagination[page]=2'])
  })

  it('goes on to an empty page where nothing is counted, although pages are short', async () => {
    const stage = play([page(1, 2), page(3, 3), envelope([])])
    expect(await walk(stage, { page: 1, pageSize: 100 })).toEqual([1, 2, 3])
    expect(pagesOf(stage)[2]).toBe('pagination[page]=3&pagination[pageSize]=100')
  })

  it('does not take counts of 0 for an end: they may not have been asked for', async () => {
    const uncounted = { page: 1, pageSize: 2, total: 0, totalPages: 0 }
    const stage = play([page(1, 2, uncounted), page(3, 4, { ...uncounted, page: 2 }), envelope(null)])
    expect(await walk(stage)).toEqual([1, 2, 3, 4])
    expect(pagesOf(stage)).toEqual([undefined, 'pagination[page]=2', 'pagination[page]=3'])
  })

  it('ends by the number of items where pages are not counted', async () => {
    const stage = play([page(1, 2, { pageSize: 2, total: 3 }), page(3, 3, { pageSize: 2, total: 3 })])
    expect(await walk(stage)).toEqual([1, 2, 3])
  })

  it('finds out an API that always gives the first page', async () => {
    const first = { page: 1, pageSize: 2, totalPages: 3 }
    const stage = play([page(1, 2, first), page(1, 2, first)])
    await expect(walk(stage)).rejects.toMatchObject({ code: 'paging_loop' })
  })

  it('takes items in an object as well', async () => {
    const stage = play([envelope({ items: items(1, 1) }), envelope({ items: [] })])
    expect(await walk(stage)).toEqual([1])
  })
})

describe('a list walked by positions', () => {
  it('goes on behind what came, and ends at the total', async () => {
    const stage = play([page(1, 2, { total: 3 }), page(3, 3, { total: 3 })])
    expect(await walk(stage, { limit: 2 })).toEqual([1, 2, 3])
    expect(pagesOf(stage)).toEqual(['pagination[limit]=2', 'pagination[limit]=2&pagination[start]=2'])
  })

  it('begins where it is told, and ends at an empty page where nothing is counted', async () => {
    const stage = play([page(41, 50), page(51, 55), envelope([])])
    expect(await walk(stage, { start: 40, limit: 100 })).toHaveLength(15)
    expect(pagesOf(stage).map((query) => /start\]=(\d+)/.exec(query ?? '')?.[1])).toEqual(['40', '50', '55'])
  })
})

describe('other lists', () => {
  it('have one page', async () => {
    const stage = play([envelope([{ id: 1, name: 'Orders' }])])
    expect(await collect(paginate(stage.api, '/v1/apps'))).toEqual([{ id: 1, name: 'Orders' }])
    expect(stage.requests()).toEqual(['GET https://api.carthooks.com/v1/apps'])
  })

  it('fail with the error of the page, trace id included', async () => {
    const error = { key: 'DENIED', message: 'No.' }
    const stage = play([Response.json({ error, trace_id: 'trace-9' })])
    await expect(walk(stage)).rejects.toMatchObject({ code: 'DENIED', status: 200, requestId: 'trace-9' })
  })
})
