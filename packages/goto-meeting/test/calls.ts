import type { Outcome } from '@grantkit/contract'
import type { GotoMeeting, MeetingRequest, OperationId } from '../src/index.ts'

const range = { startDate: '2026-01-01T00:00:00Z', endDate: '2026-02-01T00:00:00Z' }
const groupKey = '4567890123'
const organizerKey = '2345678901'
const aMeeting = { params: { path: { meetingId: '123456789' } } }
const aGroup = { params: { path: { groupKey } } }
const anOrganizer = { params: { path: { organizerKey } } }
const ofGroup = { params: { path: { groupKey }, query: range } }
const ofOrganizer = { params: { path: { organizerKey }, query: range } }
const organizer = { organizerEmail: 'ada@example.com', firstName: 'Ada', lastName: 'Example', productType: 'G2M' }
const request: MeetingRequest = {
  subject: 'Weekly review',
  starttime: '2026-01-31T09:00:00Z',
  endtime: '2026-01-31T09:45:00Z',
  passwordrequired: false,
  conferencecallinfo: 'VoIP',
  timezonekey: '',
  meetingtype: 'scheduled',
}

/** One valid call of every operation, written as a user would write it. */
export const calls: Record<OperationId, (meeting: GotoMeeting) => Promise<Outcome>> = {
  listGroups: (meeting) => meeting.GET('/groups'),
  listGroupAttendees: (meeting) => meeting.GET('/groups/{groupKey}/attendees', ofGroup),
  listGroupHistoricalMeetings: (meeting) => meeting.GET('/groups/{groupKey}/historicalMeetings', ofGroup),
  listGroupMeetings: (meeting) =>
    meeting.GET('/groups/{groupKey}/meetings', { params: { path: { groupKey }, query: { history: true, ...range } } }),
  listGroupOrganizers: (meeting) => meeting.GET('/groups/{groupKey}/organizers', aGroup),
  createGroupOrganizer: (meeting) => meeting.POST('/groups/{groupKey}/organizers', { ...aGroup, body: organizer }),
  listGroupUpcomingMeetings: (meeting) => meeting.GET('/groups/{groupKey}/upcomingMeetings', aGroup),
  listHistoricalMeetings: (meeting) => meeting.GET('/historicalMeetings', { params: { query: range } }),
  listMeetings: (meeting) => meeting.GET('/meetings', { params: { query: { history: true, ...range } } }),
  createMeeting: (meeting) => meeting.POST('/meetings', { body: request }),
  getMeeting: (meeting) => meeting.GET('/meetings/{meetingId}', aMeeting),
  replaceMeeting: (meeting) => meeting.PUT('/meetings/{meetingId}', { ...aMeeting, body: request }),
  deleteMeeting: (meeting) => meeting.DELETE('/meetings/{meetingId}', aMeeting),
  listMeetingAttendees: (meeting) => meeting.GET('/meetings/{meetingId}/attendees', aMeeting),
  getStartUrl: (meeting) => meeting.GET('/meetings/{meetingId}/start', aMeeting),
  listOrganizers: (meeting) => meeting.GET('/organizers', { params: { query: { email: 'ada@example.com' } } }),
  createOrganizer: (meeting) => meeting.POST('/organizers', { body: organizer }),
  deleteOrganizerByEmail: (meeting) =>
    meeting.DELETE('/organizers', { params: { query: { email: 'ada@example.com' } } }),
  getOrganizer: (meeting) => meeting.GET('/organizers/{organizerKey}', anOrganizer),
  updateOrganizer: (meeting) =>
    meeting.PUT('/organizers/{organizerKey}', { ...anOrganizer, body: { productType: 'G2W' } }),
  deleteOrganizer: (meeting) => meeting.DELETE('/organizers/{organizerKey}', anOrganizer),
  listOrganizerAttendees: (meeting) => meeting.GET('/organizers/{organizerKey}/attendees', ofOrganizer),
  listOrganizerHistoricalMeetings: (meeting) =>
    meeting.GET('/organizers/{organizerKey}/historicalMeetings', ofOrganizer),
  listOrganizerMeetings: (meeting) =>
    meeting.GET('/organizers/{organizerKey}/meetings', {
      params: { path: { organizerKey }, query: { history: true, ...range } },
    }),
  listOrganizerUpcomingMeetings: (meeting) => meeting.GET('/organizers/{organizerKey}/upcomingMeetings', anOrganizer),
  listUpcomingMeetings: (meeting) => meeting.GET('/upcomingMeetings'),
}
