export { ApiError, isApiError, paginate, unwrap } from '@grantkit/api-client'
export { google } from '@grantkit/auth-core/providers/google'
export { definition } from './definition.ts'
export { ifMatch, ifNoneMatch } from './etag.ts'
export type { Versioned } from './etag.ts'
export { createGoogleCalendar } from './google-calendar-client.ts'
export type { GoogleCalendar, GoogleCalendarOptions } from './google-calendar-client.ts'
export type { components, paths } from './schema.gen.ts'
export type {
  AclRule,
  Calendar,
  CalendarEvent,
  CalendarEventPatch,
  CalendarEventWrite,
  CalendarListEntry,
  EventAttendee,
  FreeBusyError,
  GoogleCalendarError,
  ListEventsQuery,
  SendUpdates,
  Setting,
  TimePeriod,
} from './schemas.ts'
export { scopesFor } from './scopes-for.ts'
export type { OperationId } from './scopes-for.ts'
