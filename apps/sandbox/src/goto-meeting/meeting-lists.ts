import type { Told } from '../api/api-service.ts'
import { type Json, ok, pathOf, queryText } from '../api/handler.ts'
import { badRequest, notFound } from '../api/vendor-refusal.ts'
import type { DirectoryUser } from '../goto-directory/directory.ts'
import type { TenantAsk, TenantHandlers } from '../goto/tenant-ask.ts'
import { maySee, organizersOf, requireGroup, requireOrganizer, requireOwnOrganizer, shape } from './meeting-ask.ts'
import type { Session } from './meeting-book.ts'
import { attendeeFacts, meetingFacts, organizerFacts, sessionFacts } from './meeting-facts.ts'

/**
 * Lists of meetings to come, of those that were held, and of who was there. A meeting becomes history only by being held,
 * which nobody can do here: history is what the seed has.
 */
export const listHandlers: TenantHandlers = {
  listUpcomingMeetings: (ask) => list('UpcomingMeeting', upcoming(ask, [ask.person])),
  listOrganizerUpcomingMeetings: (ask) => list('UpcomingMeeting', upcoming(ask, [requireOrganizer(ask)])),
  listGroupUpcomingMeetings(ask) {
    const { groupKey, name: groupName } = requireGroup(ask)
    return list('UpcomingMeetingByGroup', upcoming(ask, organizersOf(ask, groupKey)), { groupName })
  },

  listHistoricalMeetings: (ask) => list('HistoricalMeeting', past(ask, [ask.person])),
  listOrganizerHistoricalMeetings: (ask) => list('HistoricalMeeting', past(ask, [requireOwnOrganizer(ask)])),
  listGroupHistoricalMeetings(ask) {
    const { groupKey, name: groupName } = requireGroup(ask)
    return list('HistoricalMeetingByGroup', past(ask, organizersOf(ask, groupKey)), { groupName })
  },

  listMeetings: (ask) => list('MeetingHistory', history(ask, ask.person)),
  listGroupMeetings(ask) {
    const { groupKey, name: groupName } = requireGroup(ask)
    return list('HistoryMeetingByGroup', past(ask, organizersOf(ask, groupKey)), { groupName })
  },
  listOrganizerMeetings(ask) {
    const organizer = requireOwnOrganizer(ask)
    const scheduled = ask.query.scheduled === true ? upcoming(ask, [organizer]) : []
    return list('MeetingByOrganizer', [...history(ask, organizer), ...scheduled])
  },

  listGroupAttendees(ask) {
    const { groupKey, name: groupName } = requireGroup(ask)
    return list('AttendeeByGroup', attendees(ask, heldSessions(ask, organizersOf(ask, groupKey))), { groupName })
  },
  listOrganizerAttendees(ask) {
    const organizer = requireOrganizer(ask)
    const { displayName: name, groupName } = organizerFacts(ask.tenant, organizer)
    return list('AttendeeByOrganizer', attendees(ask, heldSessions(ask, [organizer])), { name, groupName })
  },
  listMeetingAttendees(ask) {
    const { meetings, sessions } = ask.tenant.meetings
    const meetingId = pathOf(ask, 'meetingId')
    const held = sessions.values().filter(({ meeting }) => meeting.meetingId === meetingId)
    const meeting = meetings.find(meetingId) ?? held[0]?.meeting
    if (meeting === undefined || !maySee(ask, meeting.organizerKey)) throw notFound()
    const facts = held.flatMap((session) => {
      const { duration } = sessionFacts(ask.tenant, session)
      return attendees(ask, [session]).map((each) => ({ ...each, name: each.attendeeName, duration }))
    })
    // The group is obsolete here.
    return list('AttendeeByMeeting', facts, { groupName: 'NA' })
  },
}

function list(schema: string, items: readonly Json[], more: Json = {}): Told {
  return ok(items.map((facts) => shape(schema, { ...facts, ...more })))
}

/** Recurring meetings have no end. */
function upcoming({ tenant, nowMs }: TenantAsk, organizers: readonly DirectoryUser[]): Json[] {
  const keys = organizers.map(({ userKey }) => userKey)
  return tenant.meetings.meetings
    .values()
    .filter(({ organizerKey }) => keys.includes(organizerKey))
    .filter(({ meetingType, endTime }) => meetingType === 'recurring' || Date.parse(endTime) > nowMs)
    .map((meeting) => meetingFacts(tenant, meeting))
}

/** The older lists give what is past only if it is asked for, and want both dates then. */
function history(ask: TenantAsk, organizer: DirectoryUser): Json[] {
  if (ask.query.history !== true) return []
  const { startDate, endDate } = ask.query
  if (startDate === undefined || endDate === undefined) throw badRequest('history wants startDate and endDate.')
  return past(ask, [organizer])
}

function past(ask: TenantAsk, organizers: readonly DirectoryUser[]): Json[] {
  return heldSessions(ask, organizers).map((session) => sessionFacts(ask.tenant, session))
}

function attendees({ tenant }: TenantAsk, sessions: readonly Session[]): Json[] {
  return sessions.flatMap((session) => session.attendees.map((each) => attendeeFacts(tenant, session, each)))
}

/** The sessions that began within the dates of the request, where it has any. */
function heldSessions(ask: TenantAsk, organizers: readonly DirectoryUser[]): Session[] {
  const keys = organizers.map(({ userKey }) => userKey)
  const fromMs = Date.parse(queryText(ask, 'startDate') ?? '0000-01-01T00:00:00Z')
  const toMs = Date.parse(queryText(ask, 'endDate') ?? '9999-12-31T00:00:00Z')
  if (fromMs > toMs) throw badRequest('startDate must be before endDate.')
  return ask.tenant.meetings.sessions.values().filter(({ meeting, startTime }) => {
    const startMs = Date.parse(startTime)
    return keys.includes(meeting.organizerKey) && startMs >= fromMs && startMs <= toMs
  })
}
