import { bodyOf, created, noContent, ok, pathOf, textOf } from '../api/handler.ts'
import { badRequest, notFound } from '../api/vendor-refusal.ts'
import type { TenantAsk, TenantHandlers } from '../goto/tenant-ask.ts'
import { maySee, shape } from './meeting-ask.ts'
import { makeMeetingId, type Meeting, writeTime } from './meeting-book.ts'
import { meetingFacts } from './meeting-facts.ts'

const meetingTypes = ['immediate', 'recurring', 'scheduled']

export const meetingHandlers: TenantHandlers = {
  createMeeting(ask) {
    const settings = readMeeting(ask)
    const meetingId = makeMeetingId(ask.random, ask.tenant.accountKey)
    const meeting = { meetingId, organizerKey: ask.person.userKey, ...settings }
    ask.tenant.meetings.meetings.add(meetingId, meeting)
    return created([shape('MeetingCreated', meetingFacts(ask.tenant, meeting))])
  },

  getMeeting: (ask) => ok([shape('MeetingById', meetingFacts(ask.tenant, requireMeeting(ask)))]),

  replaceMeeting(ask) {
    const { meetingId, organizerKey } = requireMeeting(ask)
    ask.tenant.meetings.meetings.replace(meetingId, { meetingId, organizerKey, ...readMeeting(ask) })
    return noContent
  },

  deleteMeeting(ask) {
    ask.tenant.meetings.meetings.remove(requireMeeting(ask).meetingId)
    return noContent
  },

  getStartUrl: (ask) => ok(shape('StartUrl', meetingFacts(ask.tenant, requireMeeting(ask)))),
}

function requireMeeting(ask: TenantAsk): Meeting {
  const meeting = ask.tenant.meetings.meetings.require(pathOf(ask, 'meetingId'))
  if (!maySee(ask, meeting.organizerKey)) throw notFound()
  return meeting
}

function readMeeting(ask: TenantAsk): Omit<Meeting, 'meetingId' | 'organizerKey'> {
  const body = bodyOf(ask)
  const [startMs, endMs] = [Date.parse(textOf(body, 'starttime')), Date.parse(textOf(body, 'endtime'))]
  if (endMs <= startMs) throw badRequest('endtime must be after starttime.')
  const meetingType = textOf(body, 'meetingtype')
  if (!meetingTypes.includes(meetingType)) throw badRequest('There is no such type of meeting.')
  return {
    subject: textOf(body, 'subject'),
    startTime: writeTime(startMs),
    endTime: writeTime(endMs),
    passwordRequired: body.passwordrequired === true,
    conferenceCallInfo: textOf(body, 'conferencecallinfo'),
    meetingType,
  }
}
