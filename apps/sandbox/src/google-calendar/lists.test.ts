import { beforeEach, describe, expect, test } from 'vitest'
import {
  type Body,
  type CalendarAnswer,
  type CalendarClient,
  eventPath,
  hourAt,
  signIn,
} from '../../test/calendar-client.ts'
import { createSandbox, type Sandbox } from '../sandbox.ts'

const startMs = Date.UTC(2026, 10, 1)
let sandbox: Sandbox
let client: CalendarClient

beforeEach(async () => {
  sandbox = createSandbox({ startMs })
  client = await signIn(sandbox)
})

async function create(hour: number, body: object = {}): Promise<string> {
  const dateTime = new Date(startMs + hour * 3600_000).toISOString()
  const answer = await client('POST', eventPath(), { body: { ...hourAt(dateTime), summary: `At ${hour}`, ...body } })
  return String(answer.body.id)
}

type Query = Readonly<Record<string, string | number | boolean>>

const list = (query: Query = {}): Promise<CalendarAnswer> => client('GET', eventPath(), { query })

async function summaries(query: Query): Promise<unknown[]> {
  return (await list(query)).body.items?.map(({ summary }) => summary) ?? []
}

/** Reads all pages. */
async function readAll(query: Query): Promise<{ readonly items: Body[]; readonly pages: number; readonly last: Body }> {
  const items: Body[] = []
  let pageToken: string | undefined
  for (let pages = 1; ; pages += 1) {
    const { body } = await list({ ...query, ...(pageToken === undefined ? {} : { pageToken }) })
    expect(body).not.toHaveProperty('error')
    items.push(...(body.items ?? []))
    pageToken = body.nextPageToken
    if (pageToken === undefined) return { items, pages, last: body }
  }
}

describe('pages', () => {
  test('follow one another by token, and only the last has the sync token', async () => {
    for (const hour of [1, 2, 3, 4, 5]) await create(hour)
    const first = await list({ maxResults: 2 })
    expect(first.body.items).toHaveLength(2)
    expect(first.body).not.toHaveProperty('nextSyncToken')
    const { items, pages, last } = await readAll({ maxResults: 2 })
    expect(items.map(({ summary }) => summary)).toEqual(['At 1', 'At 2', 'At 3', 'At 4', 'At 5'])
    expect(pages).toBe(3)
    expect(last.nextSyncToken).toBeTypeOf('string')
    expect(last).not.toHaveProperty('nextPageToken')
  })

  test('may be empty while more follow', async () => {
    await create(1)
    sandbox.control.google.addEmptyPages(2)
    const first = await list()
    expect(first.body).toMatchObject({ items: [], nextPageToken: expect.any(String) })
    const { items, pages } = await readAll({})
    expect([items.length, pages]).toEqual([1, 2])
  })

  test('show what was there when the first was read; what happens meanwhile comes with the next sync', async () => {
    for (const hour of [1, 2, 3]) await create(hour)
    const first = await list({ maxResults: 2 })
    await create(4)
    const second = await list({ maxResults: 2, pageToken: String(first.body.nextPageToken) })
    expect(second.body.items).toMatchObject([{ summary: 'At 3' }])
    expect(await summaries({ syncToken: String(second.body.nextSyncToken) })).toEqual(['At 4'])
  })

  test('are refused with another query, or with a token that nobody gave', async () => {
    for (const hour of [1, 2]) await create(hour)
    const { nextPageToken: pageToken = '' } = (await list({ maxResults: 1 })).body
    for (const query of [{ pageToken, q: 'At' }, { pageToken: 'made-up' }]) {
      const answer = await list(query)
      expect(answer).toMatchObject({ status: 400, reason: 'invalid' })
      expect(answer.body.error?.errors).toMatchObject([{ location: 'pageToken', locationType: 'parameter' }])
    }
  })

  test.each([0, -1, 2501, 'many'])('are refused with %s as their size', async (maxResults) => {
    expect(await list({ maxResults })).toMatchObject({ status: 400, reason: 'invalid' })
  })
})

describe('a query', () => {
  beforeEach(async () => {
    await create(1, { description: 'About Pears' })
    await create(5, { extendedProperties: { private: { key: 'a=b', kind: 'x' }, shared: { team: 'north' } } })
    await create(9, { eventType: 'focusTime', iCalUID: 'nine@example.com' })
  })

  const at = (hour: number, milliseconds = 0): string =>
    new Date(startMs + hour * 3600_000 + milliseconds).toISOString()

  test.each([
    [{ timeMin: at(2) }, ['At 5', 'At 9']],
    [{ timeMin: at(2, -1000) }, ['At 1', 'At 5', 'At 9']],
    [{ timeMax: at(5) }, ['At 1']],
    [{ timeMax: at(5, 999) }, ['At 1']],
    [{ timeMin: at(4), timeMax: at(8) }, ['At 5']],
    [{ q: 'pears' }, ['At 1']],
    [{ q: 'ADA.EXAMPLE' }, ['At 1', 'At 5', 'At 9']],
    [{ privateExtendedProperty: 'key=a=b' }, ['At 5']],
    [{ sharedExtendedProperty: 'team=south' }, []],
    [{ eventTypes: 'focusTime' }, ['At 9']],
    [{ iCalUID: 'nine@example.com' }, ['At 9']],
    [{ orderBy: 'startTime', singleEvents: true }, ['At 1', 'At 5', 'At 9']],
  ])('%j finds %j', async (query, expected) => {
    expect(await summaries(query)).toEqual(expected)
  })

  test('by the last change is ordered, and reaches back four weeks', async () => {
    sandbox.control.clock.advance(60_000)
    const [first] = (await list()).body.items ?? []
    await client('PATCH', eventPath(String(first?.id)), { body: { location: 'Here' } })
    expect(await summaries({ orderBy: 'updated' })).toEqual(['At 5', 'At 9', 'At 1'])
    expect(await summaries({ updatedMin: at(0, 1000) })).toEqual(['At 1'])
    const tooLong = await list({ updatedMin: '2026-09-01T00:00:00Z' })
    expect(tooLong).toMatchObject({ status: 410, reason: 'updatedMinTooLongAgo' })
  })

  test.each([
    [{ orderBy: 'startTime' }, 'invalid'],
    [{ timeMin: '2026-11-02T00:00:00Z', timeMax: '2026-11-02T00:00:00Z' }, 'timeRangeEmpty'],
    [{ timeMin: '2026-11-02' }, 'invalid'],
    [{ timeZone: 'Nowhere' }, 'invalid'],
  ])('%j is refused: %s', async (query, reason) => {
    expect(await list(query)).toMatchObject({ status: 400, reason })
  })
})

describe('a sync token', () => {
  const token = async (query: Query = {}): Promise<string> => String((await readAll(query)).last.nextSyncToken)

  test('brings what has changed since, deleted events as little more than an id', async () => {
    const ids = [await create(1), await create(2), await create(3)]
    const syncToken = await token()
    expect((await list({ syncToken })).body.items).toEqual([])
    await client('PATCH', eventPath(ids[0]), { body: { summary: 'Changed' } })
    await client('DELETE', eventPath(ids[1]))
    const { body } = await list({ syncToken })
    expect(body.items).toMatchObject([{ summary: 'Changed' }, { id: ids[1], status: 'cancelled' }])
    expect(body.items?.[1]).not.toHaveProperty('start')
    expect((await list({ syncToken: String(body.nextSyncToken) })).body.items).toEqual([])
  })

  test('comes in pages too, which need both tokens', async () => {
    const syncToken = await token()
    for (const hour of [1, 2, 3]) await create(hour)
    const { items, pages } = await readAll({ syncToken, maxResults: 1 })
    expect([items.length, pages]).toEqual([3, 3])
    const first = await list({ syncToken, maxResults: 1 })
    expect((await list({ pageToken: String(first.body.nextPageToken) })).status).toBe(400)
  })

  test.each([{ orderBy: 'updated' }, { q: 'At' }, { iCalUID: 'x' }, { updatedMin: '2026-10-31T00:00:00Z' }])(
    'is not given after %j',
    async (query) => {
      await create(1)
      expect((await readAll(query)).last).not.toHaveProperty('nextSyncToken')
    },
  )

  test.each([
    ['iCalUID', 'x'],
    ['orderBy', 'updated'],
    ['privateExtendedProperty', 'a=b'],
    ['q', 'x'],
    ['sharedExtendedProperty', 'a=b'],
    ['timeMin', '2026-11-01T00:00:00Z'],
    ['timeMax', '2026-11-01T00:00:00Z'],
    ['updatedMin', '2026-11-01T00:00:00Z'],
    ['showDeleted', false],
  ])('is refused together with %s=%s', async (name, value) => {
    const answer = await list({ syncToken: await token(), [name]: value })
    expect(answer).toMatchObject({ status: 400, reason: 'invalid' })
    expect(answer.body.error?.errors).toMatchObject([{ location: name }])
  })

  test('that nobody gave is a wrong one, not an old one', async () => {
    expect(await list({ syncToken: 'made-up' })).toMatchObject({ status: 400, reason: 'invalid' })
    const elsewhere = (await client('GET', '/users/me/settings')).body.nextSyncToken
    expect(await list({ syncToken: String(elsewhere) })).toMatchObject({ status: 400, reason: 'invalid' })
  })

  test('dies of age, and when who may see the calendar changes', async () => {
    const aged = await token()
    sandbox.control.google.expireSyncTokens()
    const gone = await list({ syncToken: aged })
    expect(gone).toMatchObject({ status: 410, reason: 'fullSyncRequired' })
    expect(gone.body.error?.errors).toMatchObject([
      { domain: 'calendar', location: 'syncToken', locationType: 'parameter' },
    ])
    const young = await token()
    expect((await list({ syncToken: young })).status).toBe(200)
    const body = { role: 'reader', scope: { type: 'user', value: 'x@example.org' } }
    await client('POST', '/calendars/primary/acl', { body })
    expect(await list({ syncToken: young })).toMatchObject({ status: 410, reason: 'fullSyncRequired' })
    expect((await list({ syncToken: await token() })).status).toBe(200)
  })

  test('brings the instances of an endless series as time goes on', async () => {
    const { start } = hourAt('2026-11-03T10:00:00Z')
    await create(58, { start: { ...start, timeZone: 'UTC' }, recurrence: ['RRULE:FREQ=MONTHLY'] })
    const query = { singleEvents: true }
    const { items, last } = await readAll(query)
    sandbox.control.clock.advance(62 * 24 * 3600_000)
    client = await signIn(sandbox)
    const later = await list({ ...query, syncToken: String(last.nextSyncToken) })
    expect(later.body.items).toHaveLength(2)
    expect((await readAll(query)).items).toHaveLength(items.length + 2)
  })

  test('keeps the window of the first pass: what leaves it is cancelled for the reader', async () => {
    const inside = await create(2)
    const outside = await create(30)
    const syncToken = await token({ timeMax: new Date(startMs + 24 * 3600_000).toISOString() })
    const dateTime = new Date(startMs + 40 * 3600_000).toISOString()
    const { start, end } = hourAt(dateTime)
    for (const id of [inside, outside]) await client('PATCH', eventPath(id), { body: { start, end } })
    const { body } = await list({ syncToken })
    expect(body.items).toEqual([{ kind: 'calendar#event', id: inside, status: 'cancelled' }])
  })
})
