export { ApiError, isApiError, unwrap } from '@grantkit/api-client'
export { goto } from '@grantkit/auth-core/providers/goto'
export { definition } from './definition.ts'
export { createGotoMeeting } from './goto-meeting-client.ts'
export type { GotoMeeting, GotoMeetingOptions } from './goto-meeting-client.ts'
export type { components, paths } from './schema.gen.ts'
export type {
  AttendeeByGroup,
  AttendeeByMeeting,
  AttendeeByOrganizer,
  GotoMeetingError,
  Group,
  HistoricalMeeting,
  HistoricalMeetingByGroup,
  Meeting,
  MeetingCreated,
  MeetingRequest,
  Organizer,
  UpcomingMeeting,
  UpcomingMeetingByGroup,
} from './schemas.ts'
export { scopesFor } from './scopes-for.ts'
export type { OperationId } from './scopes-for.ts'
