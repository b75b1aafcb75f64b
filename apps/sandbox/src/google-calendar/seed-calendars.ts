import type { NewCalendar } from './calendar-book.ts'
import type { Calendar, ListEntry, Person } from './calendar-state.ts'
import { calendarColors } from './palette.ts'

/** Its characters must be percent-encoded in a path, like those of Google's own holiday calendars. */
export const holidayCalendarId = 'en.usa#holiday@group.v.calendar.google.com'

const holidays: readonly { readonly day: string; readonly summary: string }[] = [
  { day: '01-01', summary: 'New Year’s Day' },
  { day: '07-04', summary: 'Independence Day' },
  { day: '12-25', summary: 'Christmas Day' },
]

/** The ids of settings that recorded answers have. */
const settings: Readonly<Record<string, string>> = {
  autoAddHangouts: 'false',
  dateFieldOrder: 'MDY',
  defaultEventLength: '60',
  format24HourTime: 'false',
  hideInvitations: 'false',
  hideInvitationsSetting: 'false',
  hideWeekends: 'false',
  locale: 'en',
  remindOnRespondedEventsOnly: 'false',
  showDeclinedEvents: 'true',
  useKeyboardShortcuts: 'true',
  weekStart: '0',
}

export function seedSettings(person: Person, timeZone: string): void {
  for (const [id, value] of Object.entries({ ...settings, timezone: timeZone })) person.settings.put(id, value)
}

/** Makes a new subscription; the colour is the sixteenth for one’s own, as in recorded answers of primary calendars. */
export function seedEntry(id: string): ListEntry {
  const colorId = id === holidayCalendarId ? '8' : '16'
  return { ...colorsOf(colorId), selected: true, defaultReminders: id === holidayCalendarId ? [] : popup }
}

const popup = [{ method: 'popup', minutes: 10 }]

export function colorsOf(colorId: string): ListEntry {
  const color = calendarColors[colorId]
  if (color === undefined) return { colorId }
  return { colorId, backgroundColor: color.background, foregroundColor: color.foreground }
}

/** Adds the public calendar of holidays: this year’s and those of the next two. */
export function seedHolidays(add: (calendar: NewCalendar) => Calendar, nowMs: number): void {
  const properties = { summary: 'Holidays in the United States', timeZone: 'UTC' }
  const calendar = add({ id: holidayCalendarId, kind: 'public', properties })
  calendar.rules.put('default', { role: 'reader', scope: { type: 'default' } })
  const organizer = { email: holidayCalendarId, displayName: properties.summary }
  const now = new Date(nowMs)
  const at = `${now.toISOString().slice(0, 19)}.000Z`
  for (const { year, day, summary } of inYears(now.getUTCFullYear())) {
    const id = `${year}${day.replace('-', '')}holiday`
    const date = `${year}-${day}`
    const end = new Date(Date.parse(date) + 24 * 3600_000).toISOString().slice(0, 10)
    calendar.events.put(id, {
      status: 'confirmed',
      created: at,
      updated: at,
      summary,
      creator: organizer,
      organizer,
      start: { date },
      end: { date: end },
      transparency: 'transparent',
      visibility: 'public',
      iCalUID: `${id}@google.com`,
      sequence: 0,
      eventType: 'default',
    })
  }
}

function inYears(first: number): { year: number; day: string; summary: string }[] {
  return [first, first + 1, first + 2].flatMap((year) => holidays.map((holiday) => ({ year, ...holiday })))
}
