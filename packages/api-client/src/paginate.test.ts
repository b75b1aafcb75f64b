import { describe, expect, it } from 'vitest'
import { collect, elapse, setup } from '../test/setup.ts'
import type { Book } from '../test/shelf.ts'
import { paginate } from './index.ts'

const book = (id: string): Book => ({ id, title: `Book ${id}` })
const page = (ids: string[], nextPageMarker?: string | null) =>
  Response.json({ items: ids.map(book), ...(nextPageMarker === undefined ? {} : { nextPageMarker }) })
const queries = (requests: readonly { url: string }[]) => requests.map(({ url }) => new URL(url).search)

describe('paginate', () => {
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
