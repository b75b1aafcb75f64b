import type { Json } from '../api/handler.ts'
import type { EventSpan, EventTime } from './event-times.ts'
import type { Shelf } from './shelf.ts'

/** What a person may do on a calendar, weakest first. */
export const roles = ['none', 'freeBusyReader', 'reader', 'writerWithoutPrivateAccess', 'writer', 'owner'] as const

export type Role = (typeof roles)[number]

export interface Rule {
  readonly role: string
  readonly scope: { readonly type: string; readonly value?: string }
}

export interface EventPerson {
  readonly email: string
  readonly displayName?: string
}

export interface Attendee extends EventPerson {
  readonly responseStatus: string
  readonly organizer?: boolean
  readonly [member: string]: unknown
}

/** An event as it is kept: wire names, without what depends on who reads it. */
export interface StoredEvent extends EventSpan {
  readonly status: string
  readonly created: string
  readonly updated: string
  readonly creator: EventPerson
  readonly organizer: EventPerson
  readonly iCalUID: string
  readonly sequence: number
  readonly eventType: string
  readonly attendees?: readonly Attendee[]
  readonly recurrence?: readonly string[]
  readonly recurringEventId?: string
  readonly originalStartTime?: EventTime
  readonly [member: string]: unknown
}

export type CalendarKind = 'primary' | 'secondary' | 'public'

export interface Calendar {
  readonly id: string
  readonly kind: CalendarKind
  /** Whose data it is; absent for a public one. */
  owner?: string
  /** The client that made it. */
  readonly clientId?: string
  /** Holds one thing, under the calendar's id: what the API calls a Calendar. */
  readonly properties: Shelf<Json>
  readonly rules: Shelf<Rule>
  readonly events: Shelf<StoredEvent>
  /** Sync tokens of before this version are dead: who may see what has changed. */
  validSince: number
}

/** A person’s subscription to a calendar. */
export interface ListEntry {
  readonly deleted?: true
  readonly [member: string]: unknown
}

export interface Person {
  readonly email: string
  /** An account of a program that acts for nobody else. */
  readonly isService: boolean
  readonly entries: Shelf<ListEntry>
  readonly settings: Shelf<string>
}
