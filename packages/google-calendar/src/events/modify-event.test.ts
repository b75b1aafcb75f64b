import { expect, test } from 'vitest'
import { json, lost, refused, scripted } from '../../test/scripted.ts'
import type { CalendarEvent } from '../index.ts'
import { modifyEvent } from './index.ts'

const ada = { email: 'ada@example.com' }
const grace = { email: 'grace@example.com' }
const stored: CalendarEvent = {
  id: 'abcde',
  etag: '"1"',
  summary: 'Team meeting',
  start: { dateTime: '2026-03-02T10:00:00+01:00' },
  end: { dateTime: '2026-03-02T11:00:00+01:00' },
  attendees: [ada],
}
const target = { eventId: 'abcde', sendUpdates: 'all' } as const

const invite = (event: CalendarEvent): CalendarEvent | undefined => {
  const { attendees = [] } = event
  if (attendees.some(({ email }) => email === grace.email)) return undefined
  return { ...event, attendees: [...attendees, grace] }
}

test('a guest is added to those who are there, if nobody was faster (B6, D2, D11)', async () => {
  const { calendar, body, calls, fetch, query } = scripted([json(stored), json({ ...stored, etag: '"2"' })])
  const { data } = await modifyEvent(calendar, 'primary', { ...target, change: invite })
  expect(data?.etag).toBe('"2"')
  expect(calls()).toEqual(['GET /calendars/primary/events/abcde', 'PUT /calendars/primary/events/abcde'])
  expect(body()).toEqual({ ...stored, attendees: [ada, grace] })
  expect(query()).toEqual({ sendUpdates: 'all' })
  expect(fetch.requests[1]?.headers.get('if-match')).toBe('"1"')
})

test('who was overtaken reads again and changes that (D11)', async () => {
  const newer = { ...stored, etag: '"2"', summary: 'Renamed meanwhile' }
  const { calendar, body, fetch } = scripted([json(stored), refused(412, 'conditionNotMet'), json(newer), json(newer)])
  await modifyEvent(calendar, 'primary', { ...target, change: invite })
  expect(body()).toMatchObject({ summary: 'Renamed meanwhile', attendees: [ada, grace] })
  expect(fetch.requests[3]?.headers.get('if-match')).toBe('"2"')
  fetch.assertDone()
})

test('who is overtaken twice is told', async () => {
  const conflict = (): Response => refused(412, 'conditionNotMet')
  const { calendar, fetch } = scripted([json(stored), conflict, json(stored), conflict])
  const { response } = await modifyEvent(calendar, 'primary', { ...target, change: invite })
  expect(response.status).toBe(412)
  fetch.assertDone()
})

test('a write whose answer is lost is not done twice: its own version is in the way, and the guest is there (D2)', async () => {
  const written = { ...stored, etag: '"2"', attendees: [ada, grace] }
  const { calendar, calls } = scripted([json(stored), lost, refused(412, 'conditionNotMet'), json(written)])
  const { data } = await modifyEvent(calendar, 'primary', { ...target, change: invite })
  expect(data).toEqual(written)
  expect(calls().filter((call) => call.startsWith('PUT'))).toHaveLength(2)
})

test('nothing is written when nothing changes (D2)', async () => {
  const { calendar, calls } = scripted([json(stored)])
  const { data } = await modifyEvent(calendar, 'primary', { ...target, change: () => undefined })
  expect(data).toEqual(stored)
  expect(calls()).toHaveLength(1)
})

test('an event whose guests are not all told is not written back (D2)', async () => {
  const { calendar, fetch } = scripted([json({ ...stored, attendeesOmitted: true })])
  const call = modifyEvent(calendar, 'primary', { ...target, change: invite })
  await expect(call).rejects.toMatchObject({ code: 'attendees_omitted' })
  expect(fetch.requests).toHaveLength(1)
})

test('a conference that did not change is not sent back, one that did is asked for (D3)', async () => {
  const conferenceData = { conferenceId: 'abc', createRequest: { requestId: 'r', status: { statusCode: 'success' } } }
  const { calendar, body, query } = scripted([json({ ...stored, conferenceData }), json(stored)])
  await modifyEvent(calendar, 'primary', { ...target, change: invite })
  expect(body()).not.toHaveProperty('conferenceData')
  expect(query()).toEqual({ sendUpdates: 'all' })

  const other = scripted([json({ ...stored, conferenceData }), json(stored)])
  const renewed = { createRequest: { requestId: 'r2' } }
  const change = (event: CalendarEvent): CalendarEvent => ({ ...event, conferenceData: renewed })
  await modifyEvent(other.calendar, 'primary', { ...target, change })
  expect(other.body()).toMatchObject({ conferenceData: renewed })
  expect(other.query()).toEqual({ sendUpdates: 'all', conferenceDataVersion: '1' })
})

test('a conference that is taken out is taken out', async () => {
  const { calendar, body, query } = scripted([
    json({ ...stored, conferenceData: { conferenceId: 'abc' } }),
    json(stored),
  ])
  const change = ({ conferenceData: _gone, ...event }: CalendarEvent): CalendarEvent => event
  await modifyEvent(calendar, 'primary', { ...target, change })
  expect(body()).not.toHaveProperty('conferenceData')
  expect(query()).toEqual({ sendUpdates: 'all', conferenceDataVersion: '1' })
})

test('what the change does to the event it was given does not hide that it changed', async () => {
  const { calendar, body } = scripted([json({ ...stored, attachments: [] }), json(stored)])
  const change = (event: CalendarEvent): CalendarEvent => {
    event.attachments?.push({ fileUrl: 'https://files.example.com/a' })
    return event
  }
  await modifyEvent(calendar, 'primary', { ...target, change })
  expect(body()['attachments']).toHaveLength(1)
})

test('an event that cannot be read is not changed', async () => {
  const { calendar } = scripted([refused(404, 'notFound')])
  const { error } = await modifyEvent(calendar, 'primary', { ...target, change: invite })
  expect(error?.error.code).toBe(404)
})
