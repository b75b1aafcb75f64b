import { beforeEach, describe, expect, test } from 'vitest'
import { addGrace, type Body, type CalendarClient, eventPath, hourAt, signIn } from '../../test/calendar-client.ts'
import { createSandbox, type Sandbox } from '../sandbox.ts'

const startMs = Date.UTC(2026, 10, 1)
const meeting = hourAt('2026-11-03T10:00:00Z')
let sandbox: Sandbox
let client: CalendarClient

beforeEach(async () => {
  sandbox = createSandbox({ startMs })
  addGrace(sandbox)
  client = await signIn(sandbox)
})

async function create(body: object = {}, query = {}): Promise<Body & { readonly id: string }> {
  const answer = await client('POST', eventPath(), { body: { ...meeting, ...body }, query })
  expect(answer.body).not.toHaveProperty('error')
  return { ...answer.body, id: String(answer.body.id) }
}

const patch = (id: string, body: object, more = {}) => client('PATCH', eventPath(id), { body, ...more })

describe('a new event', () => {
  test('comes back with 200, an etag in body and header, and the members Google adds', async () => {
    const { status, headers, body } = await client('POST', eventPath(), { body: meeting })
    expect(status).toBe(200)
    expect(headers.get('etag')).toBe(body.etag)
    expect(headers.get('content-type')).toBe('application/json; charset=UTF-8')
    expect(body.etag).toMatch(/^"\d+"$/)
    expect(body).toMatchObject({
      kind: 'calendar#event',
      id: expect.stringMatching(/^[0-9a-v]{26}$/),
      status: 'confirmed',
      created: '2026-11-01T00:00:00.000Z',
      updated: '2026-11-01T00:00:00.000Z',
      creator: { email: 'ada.example@example.com', self: true },
      organizer: { email: 'ada.example@example.com', self: true },
      iCalUID: `${body.id}@google.com`,
      sequence: 0,
      reminders: { useDefault: true },
      eventType: 'default',
    })
  })

  test('has its times in the calendar’s zone, or in that of the query, beside the name of its own', async () => {
    const time = { dateTime: '2026-11-03T09:00:00-07:00', timeZone: 'America/Los_Angeles' }
    const { id, start } = await create({ start: time, end: time })
    expect(start).toEqual({ dateTime: '2026-11-03T11:00:00-05:00', timeZone: 'America/Los_Angeles' })
    const { body } = await client('GET', eventPath(id), { query: { timeZone: 'America/Sao_Paulo' } })
    expect(body.start).toEqual({ dateTime: '2026-11-03T13:00:00-03:00', timeZone: 'America/Los_Angeles' })
  })

  test('may have its times without an offset, where the zone is named', async () => {
    const timeZone = 'America/Los_Angeles'
    const times = {
      start: { dateTime: '2026-11-03T09:00:00', timeZone },
      end: { dateTime: '2026-11-03T10:30:00', timeZone },
    }
    expect(await create(times)).toMatchObject({
      start: { dateTime: '2026-11-03T12:00:00-05:00', timeZone },
      end: { dateTime: '2026-11-03T13:30:00-05:00', timeZone },
    })
  })

  test('may bring its own id, once and for ever', async () => {
    const id = 'abcdefghijklmnopqrstuv0123456789'
    expect((await create({ id })).id).toBe(id)
    const again = { body: { ...meeting, id } }
    expect(await client('POST', eventPath(), again)).toMatchObject({ status: 409, reason: 'duplicate' })
    await client('DELETE', eventPath(id))
    expect(await client('POST', eventPath(), again)).toMatchObject({ status: 409, reason: 'duplicate' })
  })

  test.each([
    ['abcd', 'too short'],
    ['a'.repeat(1025), 'too long'],
    ['0123-4567', 'a letter that is not allowed'],
    ['ABCDEF', 'capitals'],
    ['wxyzwxyz', 'letters after v'],
  ])('is refused with the id %s: %s', async (id) => {
    const answer = await client('POST', eventPath(), { body: { ...meeting, id } })
    expect(answer).toMatchObject({ status: 400, reason: 'invalid' })
    expect(answer.body.error).toMatchObject({ message: 'Invalid resource id value.' })
  })

  test('is refused with both an id and an iCalUID', async () => {
    const body = { ...meeting, id: 'abcdef', iCalUID: 'abcdef@example.com' }
    expect(await client('POST', eventPath(), { body })).toMatchObject({ status: 400, reason: 'invalid' })
  })

  test.each([
    [{ end: undefined }, 'required'],
    [{ start: { date: '2026-11-03', dateTime: '2026-11-03T10:00:00Z' } }, 'invalid'],
    [{ start: { date: '2026-11-03' } }, 'invalid'],
    [{ end: { dateTime: '2026-11-03T09:00:00Z' } }, 'timeRangeEmpty'],
    [{ start: { ...meeting.start, timeZone: 'Mars/Olympus' } }, 'invalid'],
    [{ recurrence: ['RRULE:FREQ=DAILY'] }, 'required'],
    [{ start: { ...meeting.start, timeZone: 'UTC' }, recurrence: ['RRULE:FREQ=SOMETIMES'] }, 'invalid'],
    [{ start: { ...meeting.start, timeZone: 'UTC' }, recurrence: ['DTSTART:20261103T100000Z'] }, 'invalid'],
    [{ start: { dateTime: '2026-11-03T10:00:00' } }, 'required'],
    [{ start: { dateTime: '2026-13-03T10:00:00', timeZone: 'UTC' } }, 'invalid'],
    [{ start: { dateTime: 'tomorrow', timeZone: 'UTC' } }, 'invalid'],
    [{ status: 'perhaps' }, 'invalid'],
    [{ eventType: 'fromGmail' }, 'invalid'],
  ])('is refused with %j: %s', async (body, reason) => {
    expect(await client('POST', eventPath(), { body: { ...meeting, ...body } })).toMatchObject({ status: 400, reason })
  })

  test('gets a conference only if the query says so; it is pending at first', async () => {
    const conferenceData = {
      createRequest: { requestId: 'r1', conferenceSolutionKey: { type: 'hangoutsMeet' } },
    }
    expect(await create({ conferenceData })).not.toHaveProperty('conferenceData')
    const event = await create({ conferenceData }, { conferenceDataVersion: 1 })
    expect(event).toMatchObject({ conferenceData: { createRequest: { status: { statusCode: 'pending' } } } })
    const { body } = await client('GET', eventPath(event.id))
    expect(body).toMatchObject({
      hangoutLink: expect.stringMatching(/^https:\/\/meet\.google\.com\/[a-z]{3}-[a-z]{4}-[a-z]{3}$/),
      conferenceData: { createRequest: { status: { statusCode: 'success' } } },
    })
    const readBack = { ...meeting, conferenceData: body.conferenceData }
    const query = { conferenceDataVersion: 1 }
    expect(await client('PUT', eventPath(event.id), { body: readBack, query })).toMatchObject({ status: 400 })
    expect((await client('PUT', eventPath(event.id), { body: meeting })).body.hangoutLink).toBe(body.hangoutLink)
    expect((await client('PUT', eventPath(event.id), { body: meeting, query })).body).not.toHaveProperty('hangoutLink')
  })

  test('keeps attachments and labels only if the query says so', async () => {
    const body = { attachments: [{ fileUrl: 'https://example.com/a' }], eventLabelId: 'l1', colorId: '3' }
    const without = await create(body)
    expect(without).not.toHaveProperty('attachments')
    expect([without.eventLabelId, without.colorId]).toEqual([undefined, '3'])
    const withBoth = await create(body, { supportsAttachments: true, eventLabelVersion: 1 })
    expect(withBoth.attachments).toEqual(body.attachments)
    expect([withBoth.eventLabelId, withBoth.colorId]).toEqual(['l1', undefined])
  })
})

describe('a change', () => {
  const full = {
    description: 'Weekly',
    attendees: [{ email: 'x@example.org' }, { email: 'y@example.org' }],
    extendedProperties: { private: { a: '1', b: '2' } },
  }

  test('by patch merges, clears with null and replaces arrays whole', async () => {
    const { id } = await create(full)
    const { body } = await patch(id, {
      description: null,
      attendees: [{ email: 'z@example.org' }],
      extendedProperties: { private: { a: null, c: '3' } },
    })
    expect(body.summary).toBe('Meeting')
    expect(body).not.toHaveProperty('description')
    expect(body.attendees).toEqual([{ email: 'z@example.org', responseStatus: 'needsAction' }])
    expect(body.extendedProperties).toEqual({ private: { b: '2', c: '3' } })
  })

  test('by PUT resets what is missing', async () => {
    const { id, created, iCalUID } = await create(full)
    const { body } = await client('PUT', eventPath(id), { body: { start: meeting.start, end: meeting.end } })
    for (const name of ['summary', 'description', 'attendees', 'extendedProperties'])
      expect(body).not.toHaveProperty(name)
    expect(body).toMatchObject({ id, created, iCalUID })
  })

  test('from timed to all-day must clear the other kind', async () => {
    const { id } = await create()
    const day = { start: { date: '2026-11-03' }, end: { date: '2026-11-04' } }
    expect(await patch(id, day)).toMatchObject({ status: 400, reason: 'invalid' })
    const { body } = await patch(id, {
      start: { ...day.start, dateTime: null, timeZone: null },
      end: { ...day.end, dateTime: null, timeZone: null },
    })
    expect([body.start, body.end]).toEqual([day.start, day.end])
  })

  test('that changes nothing keeps etag and updated', async () => {
    const event = await create(full)
    sandbox.control.clock.advance(60_000)
    const same = { summary: 'Meeting', start: { dateTime: '2026-11-03T11:00:00+01:00' } }
    expect((await patch(event.id, same)).body).toMatchObject({ etag: event.etag, updated: event.updated })
    const changed = await patch(event.id, { summary: 'Other' })
    expect(changed.body.etag).not.toBe(event.etag)
    expect(changed.body.updated).toBe('2026-11-01T00:01:00.000Z')
  })

  test('of reminders alone leaves updated, of the time makes a new sequence', async () => {
    const event = await create()
    sandbox.control.clock.advance(60_000)
    const reminders = { useDefault: false, overrides: [{ method: 'popup', minutes: 5 }] }
    const reminded = await patch(event.id, { reminders })
    expect(reminded.body).toMatchObject({ updated: event.updated, sequence: 0, reminders })
    expect(reminded.body.etag).not.toBe(event.etag)
    const moved = await patch(event.id, { end: { dateTime: '2026-11-03T12:00:00Z' } })
    expect(moved.body).toMatchObject({ sequence: 1 })
    expect(await patch(event.id, { summary: 'Late', sequence: 0 })).toMatchObject({ status: 400, reason: 'invalid' })
  })

  test.each(['PATCH', 'PUT', 'DELETE'])(
    'by %s is refused where the version in If-Match is not the newest',
    async (method) => {
      const event = await create()
      await patch(event.id, { summary: 'Changed by somebody else' })
      const body = method === 'DELETE' ? undefined : meeting
      const ifMatch = (etag: unknown) => ({ headers: { 'if-match': String(etag) }, body })
      const refused = await client(method, eventPath(event.id), ifMatch(event.etag))
      expect(refused).toMatchObject({ status: 412, reason: 'conditionNotMet' })
      expect(refused.body.error?.errors).toMatchObject([{ location: 'If-Match', locationType: 'header' }])
      const { body: present } = await client('GET', eventPath(event.id))
      expect(present.summary).toBe('Changed by somebody else')
      expect((await client(method, eventPath(event.id), ifMatch(present.etag))).status).toBeLessThan(300)
    },
  )

  test('of the type is refused', async () => {
    const { id } = await create()
    expect(await patch(id, { eventType: 'focusTime' })).toMatchObject({ status: 400, reason: 'invalid' })
  })
})

describe('reading', () => {
  test('answers 304 without a body for the version that the caller has', async () => {
    const { id, etag } = await create()
    const headers = { 'if-none-match': String(etag) }
    expect(await client('GET', eventPath(id), { headers })).toMatchObject({ status: 304, body: {} })
    const list = await client('GET', eventPath())
    const listHeaders = { 'if-none-match': String(list.body.etag) }
    expect((await client('GET', eventPath(), { headers: listHeaders })).status).toBe(304)
    await patch(id, { summary: 'Other' })
    expect((await client('GET', eventPath(id), { headers })).status).toBe(200)
    expect((await client('GET', eventPath(), { headers: listHeaders })).status).toBe(200)
  })

  test('leaves out attendees beyond the number asked for, and says so', async () => {
    const attendees = [{ email: 'ada.example@example.com' }, { email: 'x@example.org' }]
    const { id } = await create({ attendees })
    const { body } = await client('GET', eventPath(id), { query: { maxAttendees: 1 } })
    expect(body).toMatchObject({ attendeesOmitted: true, attendees: [{ self: true, organizer: true }] })
    expect((await client('GET', eventPath(id), { query: { maxAttendees: 2 } })).body.attendees).toHaveLength(2)
  })

  test('shows the members that fields names', async () => {
    const { id } = await create()
    const fields = 'items(id,start/timeZone),nextSyncToken'
    const { body } = await client('GET', eventPath(), { query: { fields } })
    expect(body).toEqual({
      items: [{ id, start: { timeZone: 'America/New_York' } }],
      nextSyncToken: expect.any(String),
    })
    expect((await client('GET', eventPath(), { query: { fields: 'kind,items/summary' } })).body).toEqual({
      kind: 'calendar#events',
      items: [{ summary: 'Meeting' }],
    })
    for (const wrong of ['items(id', 'items)', 'a$b']) {
      expect(await client('GET', eventPath(), { query: { fields: wrong } })).toMatchObject({ status: 400 })
    }
  })
})

describe('a deleted event', () => {
  test('is gone for a second delete, still there to read, and comes back when confirmed', async () => {
    const { id } = await create({ description: 'Details stay' })
    const deleted = await client('DELETE', eventPath(id))
    expect([deleted.status, deleted.body]).toEqual([204, {}])
    expect(await client('DELETE', eventPath(id))).toMatchObject({ status: 410, reason: 'deleted' })
    expect((await client('GET', eventPath(id))).body).toMatchObject({
      status: 'cancelled',
      description: 'Details stay',
    })
    expect((await client('GET', eventPath())).body.items).toEqual([])
    const shown = await client('GET', eventPath(), { query: { showDeleted: true } })
    expect(shown.body.items).toEqual([{ kind: 'calendar#event', id, status: 'cancelled', etag: expect.any(String) }])
    expect((await patch(id, { status: 'confirmed' })).body).toMatchObject({ status: 'confirmed' })
    expect((await client('GET', eventPath())).body.items).toMatchObject([{ id }])
  })
})

describe('import, quickAdd and move', () => {
  test('an import is an upsert by iCalUID that keeps id and created', async () => {
    const path = `${eventPath()}/import`
    const body = { ...meeting, iCalUID: 'abc@example.com', organizer: { email: 'boss@example.org' } }
    const first = await client('POST', path, { body })
    // base32hex of the iCalUID.
    expect(first.body).toMatchObject({ id: '_c5h66g35f1gmqs3cckn66rrd', organizer: { email: 'boss@example.org' } })
    sandbox.control.clock.advance(60_000)
    const second = await client('POST', path, { body: { ...body, summary: 'Changed' } })
    expect(second.body).toMatchObject({ id: first.body.id, created: first.body.created, summary: 'Changed' })
    expect((await client('GET', eventPath())).body.items).toHaveLength(1)
    expect(await client('POST', path, { body: { ...body, eventType: 'focusTime' } })).toMatchObject({ status: 400 })
  })

  test('quickAdd makes an event of a text', async () => {
    sandbox.control.clock.advance(90_000)
    const { body } = await client('POST', `${eventPath()}/quickAdd`, { query: { text: 'Lunch' } })
    expect(body).toMatchObject({ summary: 'Lunch', start: { dateTime: '2026-10-31T21:00:00-04:00' } })
  })

  test('a move leaves a cancelled copy behind that names the new organizer', async () => {
    const { body: team } = await client('POST', '/calendars', { body: { summary: 'Team' } })
    const { id } = await create()
    const destination = String(team.id)
    const moved = await client('POST', `${eventPath(id)}/move`, { query: { destination } })
    expect(moved).toMatchObject({ status: 200, body: { id, status: 'cancelled', organizer: { email: destination } } })
    expect((await client('GET', eventPath(id, destination))).body).toMatchObject({
      status: 'confirmed',
      organizer: { email: destination, displayName: 'Team', self: true },
    })
    expect(await client('POST', `${eventPath(id)}/move`, { query: { destination } })).toMatchObject({ status: 404 })
    const focus = await create({ eventType: 'focusTime' })
    expect(await client('POST', `${eventPath(focus.id)}/move`, { query: { destination } })).toMatchObject({
      status: 400,
    })
  })
})
