import { CalendarSyncError } from '../errors.ts'
import type { GoogleTime } from './event-time.ts'

const frequencies = new Set(['SECONDLY', 'MINUTELY', 'HOURLY', 'DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'])

const number = (min: number, max: number): RegExp => range(min, max, '')
const position = (min: number, max: number): RegExp => range(min, max, '[+-]?')

/** What each part of a rule may hold, RFC 5545 §3.3.10; lists are checked item by item. */
const parts: Readonly<Record<string, (value: string) => boolean>> = {
  FREQ: (value) => frequencies.has(value),
  UNTIL: (value) => isDate(value) || isDateTime(value),
  COUNT: (value) => /^[1-9]\d{0,5}$/.test(value),
  INTERVAL: (value) => /^[1-9]\d{0,5}$/.test(value),
  BYSECOND: listOf(number(0, 60)),
  BYMINUTE: listOf(number(0, 59)),
  BYHOUR: listOf(number(0, 23)),
  BYDAY: listOf(/^(?:[+-]?[1-9]\d?)?(?:MO|TU|WE|TH|FR|SA|SU)$/),
  BYMONTHDAY: listOf(position(1, 31)),
  BYYEARDAY: listOf(position(1, 366)),
  BYWEEKNO: listOf(position(1, 53)),
  BYMONTH: listOf(number(1, 12)),
  BYSETPOS: listOf(position(1, 366)),
  WKST: (value) => /^(?:MO|TU|WE|TH|FR|SA|SU)$/.test(value),
}

/**
 * Throws `invalid_recurrence` for lines that are not RFC 5545, or that do not fit the start. DTSTART and DTEND are no
 * lines of an event in Google: its start and end say that.
 */
export function checkRecurrence(lines: unknown, start: GoogleTime): asserts lines is readonly string[] {
  if (!Array.isArray(lines)) throw invalid('must be a list of lines')
  for (const line of lines) {
    const [, kind = '', value = ''] = /^(RRULE|EXRULE|RDATE|EXDATE)([:;].+)$/.exec(String(line)) ?? []
    if (kind === '') throw invalid('has a line that is no RRULE, EXRULE, RDATE or EXDATE')
    if (kind.endsWith('RULE')) checkRule(value, start)
    else checkDates(value)
  }
}

function checkRule(value: string, start: GoogleTime): void {
  if (!value.startsWith(':')) throw invalid('has a rule with parameters before its colon')
  const given = new Map<string, string>()
  for (const part of value.slice(1).split(';')) {
    const [name = '', content = '', ...rest] = part.split('=')
    const accepts = parts[name]
    if (accepts === undefined || rest.length > 0 || given.has(name) || !accepts(content)) {
      throw invalid(`has a rule with a part that is unknown, doubled or malformed${name in parts ? `: ${name}` : ''}`)
    }
    given.set(name, content)
  }
  if (!given.has('FREQ')) throw invalid('has a rule without FREQ')
  if (given.has('COUNT') && given.has('UNTIL')) throw invalid('has a rule with both COUNT and UNTIL')
  checkUntil(given.get('UNTIL'), start)
}

/** RFC 5545: of the kind of the start, and in UTC unless it is a day. */
function checkUntil(until: string | undefined, start: GoogleTime): void {
  if (until === undefined) return
  const fits = 'date' in start ? isDate(until) : until.endsWith('Z')
  if (!fits) throw invalid('has an UNTIL that must be a day for whole days, and else a moment that ends in Z')
}

function checkDates(value: string): void {
  const [parameters = '', dates = '', ...rest] = value.split(':')
  const known = parameters === '' || /^(?:;(?:TZID=[A-Za-z][\w+/-]*|VALUE=(?:DATE|DATE-TIME)))+$/.test(parameters)
  const items = dates.split(',')
  if (known && rest.length === 0 && items.every((item) => isDate(item) || isDateTime(item))) return
  throw invalid('has an RDATE or EXDATE that is not a list of dates')
}

function isDate(text: string): boolean {
  const [, year = '', month = '', day = ''] = /^(\d{4})(\d\d)(\d\d)$/.exec(text) ?? []
  return year !== '' && isReal(`${year}-${month}-${day}T00:00:00Z`)
}

function isDateTime(text: string): boolean {
  const [, date = '', hour = '', minute = '', second = ''] = /^(\d{8})T(\d\d)(\d\d)(\d\d)Z?$/.exec(text) ?? []
  return isDate(date) && Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60
}

/** `Date` reads 30 February as 2 March. */
function isReal(iso: string): boolean {
  const ms = Date.parse(iso)
  return Number.isFinite(ms) && new Date(ms).toISOString().startsWith(iso.slice(0, 10))
}

function listOf(item: RegExp): (value: string) => boolean {
  return (value) => value.split(',').every((each) => item.test(each))
}

function range(min: number, max: number, sign: string): RegExp {
  const numbers = Array.from({ length: max - min + 1 }, (_, index) => index + min)
  return new RegExp(`^${sign}0?(?:${numbers.join('|')})$`)
}

function invalid(problem: string): CalendarSyncError {
  return new CalendarSyncError('invalid_recurrence', `The recurrence of the event ${problem}.`, {
    member: 'recurrence',
  })
}
