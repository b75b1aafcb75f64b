import { expect, test } from 'vitest'
import { lost, refused, scripted } from '../../test/scripted.ts'
import { deleteEvent } from './index.ts'

const target = { eventId: 'abcde', sendUpdates: 'none' } as const
const done = (): Response => new Response(null, { status: 204 })

test('an event is deleted, and the empty answer is nothing (D4, F4)', async () => {
  const { calendar, calls, query } = scripted([done])
  expect(await deleteEvent(calendar, 'primary', target)).toMatchObject({ data: undefined, response: { status: 204 } })
  expect(calls()).toEqual(['DELETE /calendars/primary/events/abcde'])
  expect(query()).toEqual({ sendUpdates: 'none' })
})

test('one that is deleted already is deleted, as after a lost answer (B2, D7)', async () => {
  const { calendar, fetch } = scripted([lost, refused(410, 'deleted')])
  const { error, response } = await deleteEvent(calendar, 'primary', target)
  expect({ error, status: response.status }).toEqual({ error: undefined, status: 410 })
  fetch.assertDone()
})

test('one that was never there is an error', async () => {
  const { calendar } = scripted([refused(404, 'notFound')])
  expect((await deleteEvent(calendar, 'primary', target)).error?.error.code).toBe(404)
})

test('only the version that was read is deleted (D11)', async () => {
  const { calendar, fetch } = scripted([refused(412, 'conditionNotMet')])
  expect((await deleteEvent(calendar, 'primary', { ...target, etag: '"1"' })).response.status).toBe(412)
  expect(fetch.requests[0]?.headers.get('if-match')).toBe('"1"')
})
