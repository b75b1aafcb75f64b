import { expect, test } from 'vitest'
import { collect, json, lost, refused, scripted } from '../../test/scripted.ts'
import { syncEvents, type SyncPoint } from './index.ts'

const from: SyncPoint = { token: 's1', query: { singleEvents: true, eventTypes: ['default', 'focusTime'] } }
const changed = (id: string) => ({ kind: 'changed', event: { id } })

test('a first pass resets, gives page by page and ends with where to go on', async () => {
  const { calendar, fetch } = scripted([
    json({ items: [{ id: 'a' }, { id: 'b' }], nextPageToken: 'p2' }),
    json({ items: [{ id: 'c' }], nextSyncToken: 's1' }),
  ])
  expect(await collect(syncEvents(calendar, 'primary', { query: { singleEvents: true } }))).toEqual([
    { kind: 'reset', reason: 'first' },
    { kind: 'page', changes: [changed('a'), changed('b')] },
    { kind: 'page', changes: [changed('c')] },
    { kind: 'done', next: { token: 's1', query: { singleEvents: true } } },
  ])
  fetch.assertDone()
})

test('a next pass gives what changed, all parameters as in the first, repeated ones too (C3)', async () => {
  const { calendar, fetch } = scripted([
    json({ items: [{ id: 'a' }], nextPageToken: 'p2' }),
    json({ items: [{ id: 'b', status: 'cancelled' }], nextSyncToken: 's2' }),
  ])
  expect(await collect(syncEvents(calendar, 'primary', { from }))).toEqual([
    { kind: 'page', changes: [changed('a')] },
    { kind: 'page', changes: [{ kind: 'deleted', id: 'b' }] },
    { kind: 'done', next: { token: 's2', query: from.query } },
  ])
  const queries = fetch.requests.map(({ url }) => new URL(url).search)
  expect(queries).toEqual([
    '?singleEvents=true&eventTypes=default&eventTypes=focusTime&syncToken=s1',
    '?singleEvents=true&eventTypes=default&eventTypes=focusTime&syncToken=s1&pageToken=p2',
  ])
})

test('an empty page is not the end (C2)', async () => {
  const { calendar } = scripted([
    json({ items: [], nextPageToken: 'p2' }),
    json({ nextPageToken: 'p3' }),
    json({ items: [{ id: 'a' }], nextSyncToken: 's2' }),
  ])
  const steps = await collect(syncEvents(calendar, 'primary', { from }))
  expect(steps.map(({ kind }) => kind)).toEqual(['page', 'page', 'page', 'done'])
})

test.each<[name: string, answer: Response]>([
  ['has aged', refused(410, 'fullSyncRequired', { location: 'syncToken' })],
  ['has aged, without saying why', new Response(null, { status: 410 })],
  ['is damaged', refused(400, 'invalid', { location: 'syncToken', locationType: 'parameter' })],
  ['is damaged, and only the text says so', json({ error: { code: 400, message: 'Invalid sync token value.' } }, 400)],
])('when the token %s, everything follows after a reset (C5, C6)', async (_name, answer) => {
  const { calendar, fetch } = scripted([answer, json({ items: [{ id: 'a' }], nextSyncToken: 's2' })])
  expect(await collect(syncEvents(calendar, 'primary', { from }))).toEqual([
    { kind: 'reset', reason: 'token_expired' },
    { kind: 'page', changes: [changed('a')] },
    { kind: 'done', next: { token: 's2', query: from.query } },
  ])
  expect(new URL(fetch.requests[1]?.url ?? '').searchParams.get('syncToken')).toBeNull()
})

test('a token that ends between two pages is no other (C5)', async () => {
  const { calendar } = scripted([
    json({ items: [{ id: 'a' }], nextPageToken: 'p2' }),
    refused(410, 'fullSyncRequired'),
    json({ items: [{ id: 'b' }], nextSyncToken: 's2' }),
  ])
  const steps = await collect(syncEvents(calendar, 'primary', { from }))
  expect(steps.map(({ kind }) => kind)).toEqual(['page', 'reset', 'page', 'done'])
})

test('410 without a token is an error, not another beginning', async () => {
  const { calendar, fetch } = scripted([refused(410, 'gone')])
  await expect(collect(syncEvents(calendar, 'primary'))).rejects.toMatchObject({ code: 'gone', status: 410 })
  fetch.assertDone()
})

test('a window limits the first pass, is kept with the token, and holds again after a reset (C6)', async () => {
  const query = { timeMin: '2026-01-01T00:00:00Z', timeMax: '2027-01-01T00:00:00Z' }
  const { calendar, query: sent } = scripted([
    json({ nextSyncToken: 's1' }),
    refused(410, 'fullSyncRequired'),
    json({ nextSyncToken: 's2' }),
  ])
  const [, , done] = await collect(syncEvents(calendar, 'primary', { query }))
  if (done?.kind !== 'done') throw new Error('It did not end.')
  await collect(syncEvents(calendar, 'primary', { from: JSON.parse(JSON.stringify(done.next)) as SyncPoint }))
  expect([sent(0), sent(1), sent(2)]).toEqual([query, { syncToken: 's1' }, query])
})

test('a last page without a token is an error, or the next pass would read everything (C4)', async () => {
  const { calendar } = scripted([json({ items: [{ id: 'a' }] })])
  await expect(collect(syncEvents(calendar, 'primary'))).rejects.toMatchObject({ code: 'sync_token_missing' })
})

test('the same page twice is an error, not an endless loop (C1)', async () => {
  const page = (): Response => json({ items: [], nextPageToken: 'p2' })
  const { calendar } = scripted([page, page, page])
  await expect(collect(syncEvents(calendar, 'primary'))).rejects.toMatchObject({ code: 'paging_loop' })
})

test('a page that fails fails the pass: nothing is taken for complete (C1, C7)', async () => {
  const { calendar } = scripted([json({ items: [{ id: 'a' }], nextPageToken: 'p2' }), refused(403, 'forbidden')])
  const kinds: string[] = []
  const pass = async (): Promise<void> => {
    for await (const { kind } of syncEvents(calendar, 'primary', { from })) kinds.push(kind)
  }
  await expect(pass()).rejects.toMatchObject({ code: 'forbidden' })
  expect(kinds).toEqual(['page'])
})

test('a page whose answer is lost is read again, unseen', async () => {
  const { calendar, fetch } = scripted([lost, refused(403, 'rateLimitExceeded'), json({ nextSyncToken: 's2' })])
  expect(await collect(syncEvents(calendar, 'primary', { from }))).toHaveLength(2)
  fetch.assertDone()
})

test('who leaves early fetches no more, and the point to go on from comes last of all (C7)', async () => {
  const { calendar, fetch } = scripted([json({ items: [{ id: 'a' }], nextPageToken: 'p2' })])
  for await (const { kind } of syncEvents(calendar, 'primary', { from })) if (kind === 'page') break
  expect(fetch.requests).toHaveLength(1)
})

test('a signal ends it between pages', async () => {
  const aborter = new AbortController()
  const { calendar } = scripted([json({ items: [], nextPageToken: 'p2' }), json({ nextSyncToken: 's2' })])
  const steps = syncEvents(calendar, 'primary', { from, signal: aborter.signal })
  expect((await steps.next()).value).toMatchObject({ kind: 'page' })
  aborter.abort()
  await expect(steps.next()).rejects.toMatchObject({ code: 'aborted' })
})
