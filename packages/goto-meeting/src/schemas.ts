import type { components } from './schema.gen.ts'

type Schemas = components['schemas']

export type AttendeeByGroup = Schemas['AttendeeByGroup']
export type AttendeeByMeeting = Schemas['AttendeeByMeeting']
export type AttendeeByOrganizer = Schemas['AttendeeByOrganizer']
/** Body of a failed answer. */
export type GotoMeetingError = Schemas['Error']
export type Group = Schemas['Group']
export type HistoricalMeeting = Schemas['HistoricalMeeting']
export type HistoricalMeetingByGroup = Schemas['HistoricalMeetingByGroup']
/** A meeting as a single read shows it. */
export type Meeting = Schemas['MeetingById']
export type MeetingCreated = Schemas['MeetingCreated']
export type MeetingRequest = Schemas['MeetingRequest']
export type Organizer = Schemas['Organizer']
export type UpcomingMeeting = Schemas['UpcomingMeeting']
export type UpcomingMeetingByGroup = Schemas['UpcomingMeetingByGroup']
