import type { GoogleCalendar } from '../src/index.ts'
import type { operations } from '../src/operations.gen.ts'

interface Outcome {
  readonly data?: unknown
  readonly error?: unknown
  readonly response: Response
}

const calendarId = 'en.usa#holiday@group.v.calendar.example.com'
const eventId = 'q2v9k4h1m8s3d7f0'
const ruleId = 'user:ada@example.com'
const aCalendar = { params: { path: { calendarId } } }
const anEvent = { params: { path: { calendarId, eventId } } }
const aRule = { params: { path: { calendarId, ruleId } } }

const rule = { role: 'reader', scope: { type: 'user', value: 'grace@example.com' } }
const event = {
  summary: 'Team meeting',
  start: { dateTime: '2026-03-02T10:00:00+01:00' },
  end: { dateTime: '2026-03-02T11:00:00+01:00' },
  attendees: [{ email: 'grace@example.com' }],
}
const channel = { id: 'a-channel', type: 'web_hook', address: 'https://app.example.com/changes' }

/** One valid call of every operation, written as a user would write it. */
export const calls: Record<keyof typeof operations, (calendar: GoogleCalendar) => Promise<Outcome>> = {
  listAclRules: (calendar) => calendar.GET('/calendars/{calendarId}/acl', aCalendar),
  createAclRule: (calendar) => calendar.POST('/calendars/{calendarId}/acl', { ...aCalendar, body: rule }),
  getAclRule: (calendar) => calendar.GET('/calendars/{calendarId}/acl/{ruleId}', aRule),
  replaceAclRule: (calendar) => calendar.PUT('/calendars/{calendarId}/acl/{ruleId}', { ...aRule, body: rule }),
  updateAclRule: (calendar) =>
    calendar.PATCH('/calendars/{calendarId}/acl/{ruleId}', { ...aRule, body: { role: 'writer' } }),
  deleteAclRule: (calendar) => calendar.DELETE('/calendars/{calendarId}/acl/{ruleId}', aRule),
  watchAclRules: (calendar) => calendar.POST('/calendars/{calendarId}/acl/watch', { ...aCalendar, body: channel }),

  listCalendarListEntries: (calendar) =>
    calendar.GET('/users/me/calendarList', { params: { query: { minAccessRole: 'writer', showHidden: true } } }),
  addCalendarListEntry: (calendar) =>
    calendar.POST('/users/me/calendarList', {
      params: { query: { colorRgbFormat: true } },
      body: { id: calendarId, backgroundColor: '#9fe1e7' },
    }),
  getCalendarListEntry: (calendar) => calendar.GET('/users/me/calendarList/{calendarId}', aCalendar),
  replaceCalendarListEntry: (calendar) =>
    calendar.PUT('/users/me/calendarList/{calendarId}', { ...aCalendar, body: { summaryOverride: 'Holidays' } }),
  updateCalendarListEntry: (calendar) =>
    calendar.PATCH('/users/me/calendarList/{calendarId}', { ...aCalendar, body: { summaryOverride: null } }),
  removeCalendarListEntry: (calendar) => calendar.DELETE('/users/me/calendarList/{calendarId}', aCalendar),
  watchCalendarListEntries: (calendar) => calendar.POST('/users/me/calendarList/watch', { body: channel }),

  createCalendar: (calendar) => calendar.POST('/calendars', { body: { summary: 'Team' } }),
  getCalendar: (calendar) => calendar.GET('/calendars/{calendarId}', aCalendar),
  replaceCalendar: (calendar) =>
    calendar.PUT('/calendars/{calendarId}', { ...aCalendar, body: { summary: 'Team', timeZone: 'Europe/Paris' } }),
  updateCalendar: (calendar) => calendar.PATCH('/calendars/{calendarId}', { ...aCalendar, body: { location: null } }),
  deleteCalendar: (calendar) => calendar.DELETE('/calendars/{calendarId}', aCalendar),
  clearCalendar: (calendar) => calendar.POST('/calendars/{calendarId}/clear', aCalendar),
  transferCalendarOwnership: (calendar) =>
    calendar.POST('/calendars/{calendarId}/transferOwnership', {
      params: { path: { calendarId }, query: { newDataOwner: 'grace@example.com', useAdminAccess: true } },
    }),

  stopChannel: (calendar) => calendar.POST('/channels/stop', { body: { id: 'a-channel', resourceId: 'o3hgvExample' } }),
  getColors: (calendar) => calendar.GET('/colors'),

  listEvents: (calendar) =>
    calendar.GET('/calendars/{calendarId}/events', {
      params: {
        path: { calendarId },
        query: {
          eventTypes: ['default', 'focusTime'],
          singleEvents: true,
          orderBy: 'startTime',
          timeMin: '2026-03-01T00:00:00Z',
          privateExtendedProperty: ['ticket=42', 'state=open'],
        },
      },
    }),
  createEvent: (calendar) =>
    calendar.POST('/calendars/{calendarId}/events', {
      params: { path: { calendarId }, query: { sendUpdates: 'all' } },
      body: { ...event, id: eventId },
    }),
  importEvent: (calendar) =>
    calendar.POST('/calendars/{calendarId}/events/import', {
      ...aCalendar,
      body: { ...event, iCalUID: '7f3b2c@example.com', organizer: { email: 'grace@example.com' } },
    }),
  quickAddEvent: (calendar) =>
    calendar.POST('/calendars/{calendarId}/events/quickAdd', {
      params: { path: { calendarId }, query: { text: 'Lunch with Ada tomorrow 12:30' } },
    }),
  watchEvents: (calendar) =>
    calendar.POST('/calendars/{calendarId}/events/watch', {
      params: { path: { calendarId }, query: { eventTypes: ['default'] } },
      body: { ...channel, token: 'a-secret', params: { ttl: '604800' } },
    }),
  getEvent: (calendar) =>
    calendar.GET('/calendars/{calendarId}/events/{eventId}', {
      params: { path: { calendarId, eventId }, header: { 'If-None-Match': '"1"' } },
    }),
  replaceEvent: (calendar) =>
    calendar.PUT('/calendars/{calendarId}/events/{eventId}', {
      params: { path: { calendarId, eventId }, header: { 'If-Match': '"1"' } },
      body: { ...event, recurrence: ['RRULE:FREQ=DAILY;COUNT=3'] },
    }),
  updateEvent: (calendar) =>
    calendar.PATCH('/calendars/{calendarId}/events/{eventId}', {
      ...anEvent,
      body: {
        location: null,
        start: { date: '2026-03-02', dateTime: null },
        extendedProperties: { private: { a: null } },
      },
    }),
  deleteEvent: (calendar) => calendar.DELETE('/calendars/{calendarId}/events/{eventId}', anEvent),
  listEventInstances: (calendar) => calendar.GET('/calendars/{calendarId}/events/{eventId}/instances', anEvent),
  moveEvent: (calendar) =>
    calendar.POST('/calendars/{calendarId}/events/{eventId}/move', {
      params: { path: { calendarId, eventId }, query: { destination: 'team@group.calendar.example.com' } },
    }),

  queryFreeBusy: (calendar) =>
    calendar.POST('/freeBusy', {
      body: { timeMin: '2026-03-01T00:00:00Z', timeMax: '2026-03-08T00:00:00Z', items: [{ id: 'primary' }] },
    }),
  listSettings: (calendar) => calendar.GET('/users/me/settings'),
  getSetting: (calendar) => calendar.GET('/users/me/settings/{setting}', { params: { path: { setting: 'timezone' } } }),
  watchSettings: (calendar) => calendar.POST('/users/me/settings/watch', { body: channel }),
}
