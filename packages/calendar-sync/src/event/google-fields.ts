import type { AppEvent } from './app-event.ts'
import { CalendarSyncError } from '../errors.ts'
import { colorFor } from './color.ts'
import { checkSpan, checkZone, toGoogleTime, type GoogleTime } from './event-time.ts'
import { checkRecurrence } from './recurrence.ts'

/** The mapped members of an event, in Google's words. What is absent is not kept in step. */
export interface GoogleFields {
  readonly summary: string
  readonly description?: string
  readonly location?: string
  readonly start: GoogleTime
  readonly end: GoogleTime
  readonly recurrence?: readonly string[]
  readonly colorId: string
}

/** Members of a Google event that this package may write. */
export const mappedMembers = ['summary', 'description', 'location', 'start', 'end', 'recurrence', 'colorId'] as const

export type MappedMember = (typeof mappedMembers)[number]

/**
 * Longest texts taken, in UTF-16 units. Google documents none for the title; descriptions are known to end at 8 K
 * (https://github.com/rjhorniii/ical2org/issues/16). Cut texts would never agree again, so longer ones are refused.
 */
const longest = { title: 1024, description: 8192, location: 1024 } as const

/** Says an event of the app in Google's words. Throws what is wrong with it: see `enqueue`. */
export function toGoogleFields(event: AppEvent, defaultZone: string): GoogleFields {
  const { zone = defaultZone, description, location, recurrence } = event
  checkZone(zone)
  const summary = textOf(event, 'title')
  const start = toGoogleTime(event.start, zone, 'start')
  const end = toGoogleTime(event.end, zone, 'end')
  checkSpan(start, end)
  if (recurrence !== undefined) checkRecurrence(recurrence, start)
  return {
    summary,
    ...(description === undefined ? {} : { description: textOf(event, 'description') }),
    ...(location === undefined ? {} : { location: textOf(event, 'location') }),
    start,
    end,
    ...(recurrence === undefined ? {} : { recurrence: [...recurrence] }),
    colorId: colorOf(event),
  }
}

function textOf(event: AppEvent, member: keyof typeof longest): string {
  const text: unknown = event[member]
  if (typeof text !== 'string') throw invalid(member, 'is not text')
  if (text.length > longest[member]) throw invalid(member, `is longer than ${longest[member]} characters`)
  if (!text.isWellFormed()) throw invalid(member, 'holds half of a character (a lone surrogate)')
  const allowed = member === 'description' ? text.replaceAll(/[\t\n\r]/g, '') : text
  // eslint-disable-next-line no-control-regex -- finding them is the point
  if (/[\u0000-\u001f\u007f-\u009f]/.test(allowed)) throw invalid(member, 'holds control characters')
  return text
}

function colorOf({ colorId, priority }: AppEvent): string {
  if (colorId === undefined) return colorFor(priority)
  if (typeof colorId === 'string' && /^(?:[1-9]|1[01])$/.test(colorId)) return colorId
  throw invalid('colorId', "is none of Google's event colours, '1' to '11'")
}

function invalid(member: keyof AppEvent, problem: string): CalendarSyncError {
  return new CalendarSyncError('invalid_event', `The ${member} of the event ${problem}.`, { member })
}
