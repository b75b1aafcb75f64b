import { expect, test } from 'vitest'
import { json, lost, refused, scripted } from '../../test/scripted.ts'
import { createEvent, eventIdFor, isEventId, type NewEvent } from './index.ts'

const event: NewEvent = {
  summary: 'Team meeting',
  start: { dateTime: '2026-03-02T10:00:00+01:00' },
  end: { dateTime: '2026-03-02T11:00:00+01:00' },
}
const silent = { sendUpdates: 'none' } as const
const made = { status: 'confirmed', summary: 'Team meeting' }

test('an event gets an id of its own, and who is told is said (D4)', async () => {
  const { calendar, body, query, calls } = scripted([json(made)])
  const { data } = await createEvent(calendar, 'primary', { event, ...silent })
  expect(data).toEqual(made)
  expect(calls()).toEqual(['POST /calendars/primary/events'])
  expect(isEventId(String(body()['id']))).toBe(true)
  expect(body()).toMatchObject(event)
  expect(query()).toEqual({ sendUpdates: 'none' })
})

test('an answer that is lost makes no second event: the second try finds the first (B2, D5)', async () => {
  const { calendar, body, calls, fetch } = scripted([lost, refused(409, 'duplicate'), json(made)])
  const { data, response } = await createEvent(calendar, 'primary', { event, ...silent })
  expect({ data, status: response.status }).toEqual({ data: made, status: 200 })
  const id = String(body(0)['id'])
  expect(body(1)['id']).toBe(id)
  expect(calls()[2]).toBe(`GET /calendars/primary/events/${id}`)
  fetch.assertDone()
})

test.each([500, 502, 503, 504])('after %i the same event is sent again (B2)', async (status) => {
  const { calendar, body, fetch } = scripted([refused(status, 'backendError'), json(made)])
  expect((await createEvent(calendar, 'primary', { event, ...silent })).data).toEqual(made)
  expect(body(1)).toEqual(body(0))
  fetch.assertDone()
})

test('two calls for one booking make one event (D5)', async () => {
  const id = await eventIdFor('booking 4711')
  const { calendar, body } = scripted([json({ ...made, id }), refused(409, 'duplicate'), json({ ...made, id })])
  const first = await createEvent(calendar, 'primary', { event: { ...event, id }, ...silent })
  const second = await createEvent(calendar, 'primary', { event: { ...event, id }, ...silent })
  expect(second.data).toEqual(first.data)
  expect(body(0)['id']).toBe(id)
})

test('an id whose event was deleted stays a conflict, to be restored or replaced (D7)', async () => {
  const { calendar } = scripted([refused(409, 'duplicate'), json({ id: 'abcde', status: 'cancelled' })])
  const { error, response } = await createEvent(calendar, 'primary', { event: { ...event, id: 'abcde' }, ...silent })
  expect(response.status).toBe(409)
  expect(error?.error.errors?.[0]?.reason).toBe('duplicate')
})

test('a conflict that cannot be looked at stays one', async () => {
  const { calendar } = scripted([refused(409, 'duplicate'), refused(404, 'notFound')])
  const { error } = await createEvent(calendar, 'primary', { event, ...silent })
  expect(error?.error.code).toBe(409)
})

test('an id that Google does not take is refused before anything is sent (D6)', async () => {
  const { calendar, fetch } = scripted([])
  const call = createEvent(calendar, 'primary', { event: { ...event, id: '123e4567-e89b' }, ...silent })
  await expect(call).rejects.toMatchObject({ code: 'invalid_request', operationId: 'createEvent' })
  expect(fetch.requests).toEqual([])
})

test('conferences, attachments and labels are asked for, since Google ignores them otherwise (D3)', async () => {
  const { calendar, query } = scripted([json(made)])
  const conferenceData = { createRequest: { requestId: 'r1' } }
  const full: NewEvent = {
    ...event,
    conferenceData,
    attachments: [{ fileUrl: 'https://a.example.com/' }],
    eventLabelId: 'l',
  }
  await createEvent(calendar, 'primary', { event: full, ...silent })
  expect(query()).toEqual({
    sendUpdates: 'none',
    conferenceDataVersion: '1',
    supportsAttachments: 'true',
    eventLabelVersion: '1',
  })
})

test('a signal ends it', async () => {
  const { calendar } = scripted([() => new Promise(() => undefined)])
  const aborter = new AbortController()
  const call = createEvent(calendar, 'primary', { event, ...silent, signal: aborter.signal })
  aborter.abort(new Error('enough'))
  await expect(call).rejects.toMatchObject({ code: 'aborted' })
})
