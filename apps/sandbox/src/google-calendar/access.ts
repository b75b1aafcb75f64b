import { pathOf } from '../api/handler.ts'
import type { Ask } from './ask.ts'
import { CalendarRefusal, insufficientPermissions, notFound } from './calendar-refusal.ts'
import { type Calendar, type Role, roles, type Rule } from './calendar-state.ts'

export interface OpenCalendar {
  readonly calendar: Calendar
  readonly role: Role
}

const scope = (name: string): string => `https://www.googleapis.com/auth/calendar.${name}`

type Reach = (calendar: Calendar, role: Role, clientId: string) => boolean

const owned: Reach = (_, role) => role === 'owner'

/** Scopes that open some calendars only. */
const reaches: Readonly<Record<string, Reach>> = {
  [scope('events.owned')]: owned,
  [scope('events.owned.readonly')]: owned,
  [scope('events.public.readonly')]: (calendar) => calendar.rules.find('default') !== undefined,
  [scope('app.created')]: (calendar, _, clientId) => calendar.clientId === clientId,
}

/** Returns the calendar of the path, if the person and the client may do this much with it. */
export function openCalendar(ask: Ask, least: Role): OpenCalendar {
  return openById(ask, pathOf(ask, 'calendarId'), least)
}

export function openById(ask: Ask, id: string, least: Role): OpenCalendar {
  const calendar = ask.book.calendar(id === 'primary' ? ask.person.email : id)
  const role = calendar === undefined ? 'none' : roleOf(calendar, ask.person.email)
  if (calendar === undefined || role === 'none') throw notFound()
  const covering = ask.operation.scopes.flat().filter((each) => ask.scopes.includes(each))
  const reaching = covering.filter((each) => reaches[each]?.(calendar, role, ask.clientId) ?? true)
  if (reaching.length === 0) throw insufficientPermissions()
  if (!isAtLeast(role, least)) {
    throw new CalendarRefusal(403, 'requiredAccessLevel', `You need to have ${least} access to this calendar.`)
  }
  const seesTimesOnly = reaching.every((each) => each === scope('events.freebusy'))
  return { calendar, role: seesTimesOnly ? 'freeBusyReader' : role }
}

/** Tells what somebody may do on a calendar: the most that any rule gives. Who is in a group is not played. */
export function roleOf({ rules }: Calendar, email: string): Role {
  const [, domain = ''] = email.split('@')
  const applies = ({ scope: { type, value } }: Rule): boolean =>
    type === 'default' || (type === 'user' && value === email) || (type === 'domain' && value === domain)
  const given = rules.all().filter(({ value }) => applies(value))
  return roles.findLast((role) => given.some(({ value }) => value.role === role)) ?? 'none'
}

export function isAtLeast(role: Role, least: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(least)
}
