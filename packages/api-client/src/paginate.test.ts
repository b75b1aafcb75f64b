import { describe, expect, it } from 'vitest'
import { createFakeClock, scriptedFetch } from '@grantkit/auth-core/testing'
import { collect, elapse, setup, stubConnection } from '../test/setup.ts'
import { definition, type Book, type paths } from '../test/shelf.ts'
import { createApiClient, paginate } from './index.ts'

const book = (id: string): Book => ({ id, title: `Book ${id}` })
const page = (ids: string[], nextPageMarker?: string | null) =>
  Response.json({ items: ids.map(book), ...(nextPageMarker === undefined ? {} : { nextPageMarker }) })
const queries = (requests: readonly { url: string }[]) => requests.map(({ url }) => new URL(url).search)

const optionsWith = (fetch: ReturnType<typeof scriptedFetch>) => ({
  connection: stubConnection(),
  accountKey: '1',
  fetch,
  clock: createFakeClock(),
})

/** A client that names pages by the position of their first item. */
function positioned(fetch: ReturnType<typeof scriptedFetch>) {
  const style = { style: 'offset', parameter: 'pageSize', first: 0 } as const
  const paging = { ...style, items: 'items', total: 'total', last: 'toIndex' } as const
  return createApiClient<paths, 'accountKey'>({ ...definition, paging }, optionsWith(fetch))
}

describe('paginate', () => {
  it('walks a list paged by positions', async () => {
    const part = (ids: string[], toIndex: number) => Response.json({ items: ids.map(book), toIndex, total: 5 })
    const fetch = scriptedFetch([part(['1', '2'], 1), part(['3', '4'], 3), part(['5'], 4)])
    const client = positioned(fetch)
    expect(await collect(paginate(client, '/books'))).toHaveLength(5)
    expect(queries(fetch.requests)).toEqual(['?accountKey=1', '?pageSize=2&accountKey=1', '?pageSize=4&accountKey=1'])
    fetch.assertDone()
  })

  it('ends with a coded error when the API does not heed the position', async () => {
    const same = () => Response.json({ items: [book('1')], toIndex: 0, total: 5 })
    const walk = collect(paginate(positioned(scriptedFetch([same(), same()])), '/books'))
    await expect(walk).rejects.toMatchObject({ code: 'paging_loop' })
  })

  it('never gives a part of a list for the whole: an operation that takes no position must answer everything', async () => {
    const listBooks = { ...definition.operations.listBooks, query: ['accountKey'] }
    const operations = { ...definition.operations, listBooks }
    const fetch = scriptedFetch([page(['1'], 'm1')])
    const walk = paginate(
      createApiClient<paths, 'accountKey'>({ ...definition, operations }, optionsWith(fetch)),
      '/books',
    )
    expect(await walk.next()).toEqual({ done: false, value: book('1') })
    await expect(walk.next()).rejects.toMatchObject({
      code: 'unexpected_answer',
      message: 'shelf GET /books: there are more items than one answer holds.',
    })
  })

  it('yields the items of all pages and hands each marker back', async () => {
    const { client, fetch } = setup([page(['1', '2'], 'm/1 &'), page([], 'm2'), page(['3'])])
    const ids: string[] = []
    for await (const { id } of paginate(client, '/books', { params: { query: { pageSize: 2 } } })) ids.push(id)
    expect(ids).toEqual(['1', '2', '3'])
    expect(queries(fetch.requests)).toEqual([
      '?pageSize=2&accountKey=1234567890',
      '?pageSize=2&pageMarker=m%2F1%20%26&accountKey=1234567890',
      '?pageSize=2&pageMarker=m2&accountKey=1234567890',
    ])
    fetch.assertDone()
  })

  it.each([undefined, null, ''])('stops at the marker %j', async (marker) => {
    const { client, fetch } = setup([page(['1'], marker)])
    expect(await collect(paginate(client, '/books'))).toEqual([book('1')])
    fetch.assertDone()
  })

  it('starts where it is told', async () => {
    const { client, fetch } = setup([page(['5'])])
    await collect(paginate(client, '/books', { params: { query: { pageMarker: 'm4' } } }))
    expect(queries(fetch.requests)).toEqual(['?pageMarker=m4&accountKey=1234567890'])
  })

  it('fetches no page that is not wanted', async () => {
    const { client, fetch } = setup([page(['1', '2'], 'm1')])
    for await (const _ of paginate(client, '/books')) break
    fetch.assertDone()
    expect(fetch.requests).toHaveLength(1)
  })

  it.each([
    ['itself', ['m1', 'm1']],
    ['an earlier page', ['m1', 'm2', 'm1']],
  ])('ends with a coded error when a page leads to %s', async (_, markers) => {
    const { client, fetch } = setup(markers.map((marker, index) => page([String(index)], marker)))
    await expect(collect(paginate(client, '/books'))).rejects.toMatchObject({
      code: 'paging_loop',
      message: 'shelf GET /books: the API named the same next page twice.',
    })
    fetch.assertDone()
  })

  it('throws an ApiError for a failed page, after the items before it', async () => {
    const failure = Response.json({ errorCode: 'NOT_FOUND', reference: 'ref-1' }, { status: 404 })
    const { client } = setup([page(['1'], 'm1'), failure])
    const walk = paginate(client, '/books')
    expect(await walk.next()).toEqual({ done: false, value: book('1') })
    await expect(walk.next()).rejects.toMatchObject({ code: 'NOT_FOUND', operationId: 'listBooks', status: 404 })
  })

  it.each([{}, { items: null }, { items: { 0: 'x' } }, [], 'text'])(
    'throws for a page without items: %j',
    async (body) => {
      const { client } = setup([Response.json(body)])
      await expect(paginate(client, '/books').next()).rejects.toMatchObject({ code: 'unexpected_answer' })
    },
  )

  it('throws for an empty page body', async () => {
    const { client } = setup([new Response('')])
    await expect(paginate(client, '/books').next()).rejects.toMatchObject({ code: 'unexpected_answer' })
  })

  it('repeats a page as any call does', async () => {
    const { client, clock, fetch } = setup([page(['1'], 'm1'), new Response('', { status: 503 }), page(['2'])])
    const { outcome } = await elapse(clock, collect(paginate(client, '/books')))
    expect(outcome).toEqual([book('1'), book('2')])
    fetch.assertDone()
  })

  it('ends when its signal aborts, between two items as well as before a page', async () => {
    const aborter = new AbortController()
    const { client, fetch } = setup([page(['1', '2'], 'm1')])
    const walk = paginate(client, '/books', { signal: aborter.signal })
    await walk.next()
    aborter.abort(new Error('enough'))
    await expect(walk.next()).rejects.toMatchObject({ code: 'aborted', cause: { message: 'enough' } })
    fetch.assertDone()

    const early = paginate(client, '/books', { signal: aborter.signal })
    await expect(early.next()).rejects.toMatchObject({ code: 'aborted' })
    expect(fetch.requests).toHaveLength(1)
  })
})
