import { expect, test } from 'vitest'
import { json, refused, scripted } from '../test/scripted.ts'
import { queryFreeBusy } from './free-busy.ts'

const march = { timeMin: '2026-03-01T00:00:00Z', timeMax: '2026-03-08T00:00:00Z' }
const busy = [{ start: '2026-03-02T09:00:00Z', end: '2026-03-02T10:00:00Z' }]

test('a calendar is busy, or unknown, and never free for lack of an answer (D12)', async () => {
  const errors = [{ domain: 'global', reason: 'notFound' }]
  const { calendar } = scripted([json({ calendars: { a: { busy }, b: { busy: [], errors } } })])
  const found = await queryFreeBusy(calendar, { calendarIds: ['a', 'b', 'c'], ...march })
  expect([...found]).toEqual([
    ['a', { kind: 'known', busy }],
    ['b', { kind: 'unknown', errors }],
    ['c', { kind: 'unknown', errors: [] }],
  ])
})

test('more than 50 calendars take several calls, each calendar in one (D12)', async () => {
  const ids = Array.from({ length: 120 }, (_, index) => `c${index}`)
  const { calendar, fetch } = scripted(Array.from({ length: 3 }, () => json({ calendars: {} })))
  const found = await queryFreeBusy(calendar, { calendarIds: [...ids, 'c0'], ...march })
  expect([...found.keys()]).toEqual(ids)
  const asked = fetch.requests.map(({ body }) => (JSON.parse(body) as { items: unknown[] }).items.length)
  expect(asked).toEqual([50, 50, 20])
})

test('a long span is asked in pieces, and what reaches over a border is one again (D12)', async () => {
  const border = '2026-04-01T00:00:00.000Z'
  const { calendar, fetch } = scripted([
    json({ calendars: { a: { busy: [{ start: '2026-03-31T23:00:00Z', end: '2026-04-01T00:00:00Z' }] } } }),
    json({ calendars: { a: { busy: [{ start: '2026-04-01T00:00:00Z', end: '2026-04-01T01:00:00Z' }, ...busy] } } }),
    json({ calendars: { a: {} } }),
  ])
  const found = await queryFreeBusy(calendar, {
    calendarIds: ['a'],
    timeMin: '2026-01-01T01:00:00+01:00',
    timeMax: '2026-09-01T00:00:00Z',
  })
  const spans = fetch.requests.map(({ body }) => JSON.parse(body) as { timeMin: string; timeMax: string })
  expect(spans.map(({ timeMin, timeMax }) => [timeMin, timeMax])).toEqual([
    ['2026-01-01T01:00:00+01:00', border],
    [border, '2026-06-30T00:00:00.000Z'],
    ['2026-06-30T00:00:00.000Z', '2026-09-01T00:00:00Z'],
  ])
  expect(found.get('a')).toEqual({
    kind: 'known',
    busy: [{ start: '2026-03-31T23:00:00Z', end: '2026-04-01T01:00:00Z' }, ...busy],
  })
})

test('what begins at a border and did not go on there stays apart (D12)', async () => {
  const border = '2026-04-01T00:00:00.000Z'
  const [early, late] = [
    { start: '2026-03-31T09:00:00Z', end: '2026-03-31T10:00:00Z' },
    { start: border, end: '2026-04-01T01:00:00Z' },
  ]
  const { calendar } = scripted([
    json({ calendars: { a: { busy: [early] } } }),
    json({ calendars: { a: { busy: [late] } } }),
  ])
  const span = { timeMin: '2026-01-01T00:00:00Z', timeMax: '2026-04-20T00:00:00Z' }
  const found = await queryFreeBusy(calendar, { calendarIds: ['a'], ...span })
  expect(found.get('a')).toEqual({ kind: 'known', busy: [early, late] })
})

test('one piece that is unknown makes the whole unknown (D12)', async () => {
  const errors = [{ reason: 'internalError' }]
  const { calendar } = scripted([json({ calendars: { a: { errors } } }), json({ calendars: { a: { busy } } })])
  const found = await queryFreeBusy(calendar, {
    calendarIds: ['a'],
    timeMin: '2026-01-01T00:00:00Z',
    timeMax: '2026-06-01T00:00:00Z',
  })
  expect(found.get('a')).toEqual({ kind: 'unknown', errors })
})

test('a question that is refused throws', async () => {
  const { calendar } = scripted([refused(400, 'timeRangeEmpty')])
  const call = queryFreeBusy(calendar, { calendarIds: ['a'], timeMin: march.timeMax, timeMax: march.timeMin })
  await expect(call).rejects.toMatchObject({ code: 'timeRangeEmpty', status: 400 })
})

test('no calendars, no call', async () => {
  const { calendar } = scripted([])
  expect((await queryFreeBusy(calendar, { calendarIds: [], ...march })).size).toBe(0)
})
