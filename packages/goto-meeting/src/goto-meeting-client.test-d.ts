import type { Connection } from '@grantkit/auth-core'
import { expectTypeOf, test } from 'vitest'
import { createGotoMeeting, scopesFor, unwrap, type GotoMeeting, type Meeting, type MeetingRequest } from './index.ts'

declare const connection: Connection
declare const request: MeetingRequest
const meeting = createGotoMeeting({ connection })
const aMeeting = { params: { path: { meetingId: '123456789' } } }
const startDate = '2026-01-01T00:00:00Z'

test('a wrong path, parameter or body is a compile error', () => {
  expectTypeOf(meeting).toEqualTypeOf<GotoMeeting>()
  // @ts-expect-error there is no such path
  void meeting.GET('/meeting')
  // @ts-expect-error the path has no such method
  void meeting.PATCH('/meetings/{meetingId}', aMeeting)
  // @ts-expect-error meetingId is missing
  void meeting.GET('/meetings/{meetingId}')
  // @ts-expect-error an id is a string
  void meeting.GET('/meetings/{meetingId}', { params: { path: { meetingId: 123456789 } } })
  // @ts-expect-error the range is missing
  void meeting.GET('/historicalMeetings')
  // @ts-expect-error endDate is missing
  void meeting.GET('/historicalMeetings', { params: { query: { startDate } } })
  // @ts-expect-error the body is missing
  void meeting.POST('/meetings')
  // @ts-expect-error everything but the subject is missing
  void meeting.POST('/meetings', { body: { subject: 'Weekly review' } })
  // @ts-expect-error a meeting has no description
  void meeting.POST('/meetings', { body: { ...request, description: 'Every week' } })
  // @ts-expect-error the time zone is obsolete and has to be empty
  void meeting.POST('/meetings', { body: { ...request, timezonekey: 'UTC' } })
})

test('data and scopes are typed', async () => {
  const [created] = unwrap(await meeting.POST('/meetings', { body: request }))
  expectTypeOf(created?.meetingid).toEqualTypeOf<string | undefined>()
  expectTypeOf(unwrap(await meeting.GET('/meetings/{meetingId}', aMeeting))).toEqualTypeOf<Meeting[]>()
  const deleted = await meeting.DELETE('/meetings/{meetingId}', aMeeting)
  expectTypeOf(unwrap(deleted)).toEqualTypeOf<undefined>()
  expectTypeOf(scopesFor(['createMeeting'])).toEqualTypeOf<string[]>()
  // @ts-expect-error there is no such operation
  scopesFor(['startMeeting'])
})
