import type { components, paths } from './schema.gen.ts'

type Schemas = components['schemas']

export type AclRule = Schemas['AclRule']
export type Calendar = Schemas['Calendar']
/** A calendar as it stands in the person's list. */
export type CalendarListEntry = Schemas['CalendarListEntry']
export type CalendarEvent = Schemas['Event']
/** What may be sent of an event. */
export type CalendarEventWrite = Schemas['EventWrite']
/** Changes of an event: null takes a member away, lists are replaced whole. */
export type CalendarEventPatch = Schemas['EventPatch']
/** A guest. */
export type EventAttendee = Schemas['EventAttendee']
export type FreeBusyError = Schemas['FreeBusyError']
/** Body of a failed answer. */
export type GoogleCalendarError = Schemas['Error']
export type Setting = Schemas['Setting']
/** A stretch of time; `end` is not part of it. */
export type TimePeriod = Schemas['TimePeriod']

/** What a write of a whole event sends. */
export type EventBody = paths['/calendars/{calendarId}/events']['post']['requestBody']['content']['application/json']
export type ListEventsQuery = NonNullable<paths['/calendars/{calendarId}/events']['get']['parameters']['query']>
/** Whom Google tells of a change by mail. */
export type SendUpdates = 'all' | 'externalOnly' | 'none'
