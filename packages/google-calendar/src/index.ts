export { ApiError, isApiError, paginate, unwrap } from '@grantkit/api-client'
export { google } from '@grantkit/auth-core/providers/google'
export { createEvent } from './create-event.ts'
export type { CreateEventOptions, NewEvent } from './create-event.ts'
export { definition } from './definition.ts'
export { deleteEvent } from './delete-event.ts'
export type { DeleteEventOptions } from './delete-event.ts'
export { ifMatch, ifNoneMatch, type Versioned } from './etag.ts'
export type { EventChange } from './event-change.ts'
export { createEventId, eventIdFor, isEventId } from './event-id.ts'
export type { EventDay, EventMoment, EventTimes } from './event-times.ts'
export { queryFreeBusy } from './free-busy.ts'
export type { FreeBusy, FreeBusyOptions } from './free-busy.ts'
export { createGoogleCalendar } from './google-calendar-client.ts'
export type { GoogleCalendar, GoogleCalendarOptions } from './google-calendar-client.ts'
export { modifyEvent, type ModifyEventOptions } from './modify-event.ts'
export { openChannel, renewChannel, stopChannel } from './push-channel.ts'
export type { OpenChannelOptions, PushChannel, RenewChannelOptions, Watched } from './push-channel.ts'
export { channelIdOf, readPushMessage } from './push-message.ts'
export type { HeaderSource, PushMessage } from './push-message.ts'
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
export { scopesFor, type OperationId } from './scopes-for.ts'
export { syncEvents } from './sync-events.ts'
export type { SyncPoint, SyncQuery, SyncStart, SyncStep } from './sync-events.ts'
export { updateEvent, type UpdateEventOptions } from './update-event.ts'
