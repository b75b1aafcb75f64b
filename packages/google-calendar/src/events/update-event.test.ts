import { expect, test } from 'vitest'
import { json, lost, refused, scripted } from '../../test/scripted.ts'
import type { CalendarEventPatch } from '../index.ts'
import { updateEvent } from './index.ts'

const target = { eventId: 'abcde', sendUpdates: 'all' } as const

async function sent(changes: CalendarEventPatch) {
  const { calendar, body, query } = scripted([json({})])
  await updateEvent(calendar, 'primary', { ...target, changes })
  return { body: body(), query: query() }
}

test('members that are not named are not sent, and null takes one away (D1)', async () => {
  expect((await sent({ summary: 'New', location: null })).body).toEqual({ summary: 'New', location: null })
})

test('a timed event becomes a whole day, and the other way round (D8)', async () => {
  const { body } = await sent({ start: { date: '2026-03-02' }, end: { date: '2026-03-03' } })
  expect(body).toEqual({
    start: { date: '2026-03-02', dateTime: null, timeZone: null },
    end: { date: '2026-03-03', dateTime: null, timeZone: null },
  })
  const start = { dateTime: '2026-03-02T10:00:00', timeZone: 'Europe/Paris' }
  expect((await sent({ start })).body).toEqual({ start: { date: null, ...start } })
})

test('of a time only the zone can be changed', async () => {
  expect((await sent({ start: { timeZone: 'Europe/Paris' } })).body).toEqual({ start: { timeZone: 'Europe/Paris' } })
})

test('who is told is always said, and what needs asking is asked for (D3, D4)', async () => {
  expect((await sent({ summary: 'New' })).query).toEqual({ sendUpdates: 'all' })
  expect((await sent({ conferenceData: null })).query).toEqual({ sendUpdates: 'all', conferenceDataVersion: '1' })
})

test('an outdated version is a conflict and no change (D11)', async () => {
  const { calendar, fetch } = scripted([refused(412, 'conditionNotMet')])
  const { response } = await updateEvent(calendar, 'primary', { ...target, changes: {}, etag: '"1"' })
  expect(response.status).toBe(412)
  expect(fetch.requests[0]?.headers.get('if-match')).toBe('"1"')
})

test('a change is sent again when its answer is lost (B2)', async () => {
  const { calendar, fetch } = scripted([lost, refused(503, 'backendError'), json({ summary: 'New' })])
  const { data } = await updateEvent(calendar, 'primary', { ...target, changes: { summary: 'New' } })
  expect(data).toEqual({ summary: 'New' })
  fetch.assertDone()
})
