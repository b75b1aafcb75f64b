import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseRetryAfter } from './retry-after.ts'

const nowMs = Date.UTC(2026, 0, 1)

describe('parseRetryAfter', () => {
  it.each([
    ['0', 0],
    ['1', 1000],
    ['120', 120_000],
    [' 7 ', 7000],
    ['31536000', 31_536_000_000],
    ['99999999999999999999', Number.MAX_SAFE_INTEGER],
  ])('reads %j as seconds', (value, expected) => {
    expect(parseRetryAfter(value, nowMs)).toBe(expected)
  })

  it.each(['Thu, 01 Jan 2026 00:00:30 GMT', 'Thursday, 01-Jan-26 00:00:30 GMT', 'Thu Jan  1 00:00:30 2026'])(
    'reads the date form %j as the time until then',
    (value) => {
      expect(parseRetryAfter(value, nowMs)).toBe(30_000)
    },
  )

  it.each(['Wed, 31 Dec 2025 23:59:59 GMT', 'Sunday, 06-Nov-94 08:49:37 GMT', 'Sun Nov  6 08:49:37 1994'])(
    'takes the passed date %j as no wait',
    (value) => {
      expect(parseRetryAfter(value, nowMs)).toBe(0)
    },
  )

  it('takes a leap second', () => {
    expect(parseRetryAfter('Wed, 31 Dec 2025 23:59:60 GMT', nowMs - 10_000)).toBe(10_000)
  })

  it('reads a two-digit year at most 50 years ahead', () => {
    expect(parseRetryAfter('Wednesday, 01-Jan-76 00:00:00 GMT', nowMs)).toBe(Date.UTC(2076, 0, 1) - nowMs)
    expect(parseRetryAfter('Saturday, 01-Jan-77 00:00:00 GMT', nowMs)).toBe(0)
  })

  it.each([
    null,
    '',
    '-5',
    '+5',
    '1.5',
    '1e3',
    '0x10',
    '5 s',
    'soon',
    '2026-01-01T00:00:30Z',
    'Sat, 31 Feb 2026 00:00:00 GMT',
    'Thu, 01 Jan 2026 24:00:00 GMT',
    'Thu, 01 Jan 2026 00:60:00 GMT',
    'Thu, 01 Jan 2026 00:00:30 UTC',
    'Thu, 1 Jan 2026 00:00:30 GMT',
  ])('ignores %j', (value) => {
    expect(parseRetryAfter(value, nowMs)).toBeUndefined()
  })

  it('gives a whole number of milliseconds from 0, or nothing, for any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.integer().map(String), fc.date().map(String)), (value) => {
        const ms = parseRetryAfter(value, nowMs)
        expect(ms === undefined || (Number.isSafeInteger(ms) && ms >= 0)).toBe(true)
      }),
    )
  })

  it('reads back every date it could be given', () => {
    const dates = fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true })
    fc.assert(
      fc.property(dates, (date) => {
        const wholeSecondMs = Math.floor(date.getTime() / 1000) * 1000
        expect(parseRetryAfter(date.toUTCString(), nowMs)).toBe(Math.max(0, wholeSecondMs - nowMs))
      }),
    )
  })
})
