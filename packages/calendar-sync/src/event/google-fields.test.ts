import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toGoogleFields } from './google-fields.ts'

const base = { id: '1', title: 'Lunch' }

describe('times', () => {
  test.each([
    ['a Date', new Date('2026-07-01T10:00:00Z'), 'Europe/Paris', '2026-07-01T12:00:00+02:00'],
    ['a moment with an offset', '2026-07-01T10:00:00-07:00', 'Europe/Paris', '2026-07-01T19:00:00+02:00'],
    ['local time', '2026-07-01T10:00', 'America/Sao_Paulo', '2026-07-01T10:00:00-03:00'],
    ['local time that the clocks skip', '2026-03-29T02:30:00', 'Europe/Paris', '2026-03-29T03:30:00+02:00'],
    ['local time that happens twice', '2026-10-25T02:30:00', 'Europe/Paris', '2026-10-25T02:30:00+02:00'],
    ['the second of two such moments', '2026-10-25T01:30:00Z', 'Europe/Paris', '2026-10-25T02:30:00+01:00'],
    ['half an hour of change', '2026-10-04T02:15:00', 'Australia/Lord_Howe', '2026-10-04T02:45:00+11:00'],
    ['a fraction of a second', '2026-07-01T10:00:00.999Z', 'UTC', '2026-07-01T10:00:00+00:00'],
  ])('%s is written in the offset its zone has then', (_name, start, zone, dateTime) => {
    const { start: written } = toGoogleFields({ ...base, start, end: new Date('2026-12-31T00:00:00Z'), zone }, 'UTC')
    expect(written).toEqual({ dateTime, timeZone: zone })
  })

  test('whole days stay days, in whatever zone', () => {
    const fields = toGoogleFields({ ...base, start: '2026-03-29', end: '2026-03-30' }, 'Pacific/Kiritimati')
    expect(fields).toMatchObject({ start: { date: '2026-03-29' }, end: { date: '2026-03-30' } })
  })

  test('an event takes the zone of the sync where it names none', () => {
    const fields = toGoogleFields({ ...base, start: '2026-07-01T10:00', end: '2026-07-01T11:00' }, 'Asia/Kathmandu')
    expect(fields.start).toEqual({ dateTime: '2026-07-01T10:00:00+05:45', timeZone: 'Asia/Kathmandu' })
  })
})

describe('colours', () => {
  test.each([
    [5, '11'],
    [4, '9'],
    [3, '10'],
    [2, '5'],
    [1, '8'],
    [0, '1'],
    [6, '1'],
    [undefined, '1'],
  ])('priority %s is colour %s', (priority, colorId) => {
    const times = { start: '2026-07-01', end: '2026-07-02' }
    expect(toGoogleFields({ ...base, ...times, ...(priority === undefined ? {} : { priority }) }, 'UTC').colorId).toBe(
      colorId,
    )
    expect(toGoogleFields({ ...base, ...times, colorId: '7' }, 'UTC').colorId).toBe('7')
  })
})

describe('recurrence', () => {
  test.each([
    'RRULE:FREQ=WEEKLY;BYDAY=MO,WE;COUNT=10',
    'RRULE:FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20270101T000000Z',
    'RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1;INTERVAL=2;WKST=SU',
    'EXDATE;TZID=Europe/Paris:20261109T100000,20261116T100000',
    'EXDATE:20261109T090000Z',
    'RDATE;VALUE=DATE:20261224',
    'EXRULE:FREQ=DAILY;BYSETPOS=1;BYHOUR=9,10;BYMINUTE=0',
  ])('%s is passed on as it is', (line) => {
    const times = { start: '2026-11-02T10:00', end: '2026-11-02T11:00', zone: 'Europe/Paris' }
    expect(toGoogleFields({ ...base, ...times, recurrence: [line] }, 'UTC').recurrence).toEqual([line])
  })

  test.each([
    'RRULE:FREQ=FORTNIGHTLY',
    'RRULE:FREQ=DAILY;FREQ=WEEKLY',
    'RRULE:FREQ=DAILY;BYHOUR=24',
    'RRULE:FREQ=DAILY;COUNT=0',
    'RRULE:FREQ=DAILY;UNTIL=20260230T000000Z',
    'RRULE:FREQ=DAILY;UNTIL=20261201T000000',
    'RRULE;X=Y:FREQ=DAILY',
    'RRULE:FREQ=DAILY\r\nATTENDEE:mailto:x@example.com',
    'EXDATE:tomorrow',
    'EXDATE;TZID=/../x y:20261109T100000',
    'rrule:freq=daily',
    '',
  ])('%j is refused', (line) => {
    const times = { start: '2026-11-02T10:00', end: '2026-11-02T11:00' }
    expect(() => toGoogleFields({ ...base, ...times, recurrence: [line] }, 'UTC')).toThrow(
      expect.objectContaining({ code: 'invalid_recurrence' }),
    )
  })
})

test('whatever an event holds, it is either said in Google’s words or refused with a code', () => {
  const anything = fc.oneof(fc.string(), fc.anything())
  const members = ['title', 'description', 'location', 'start', 'end', 'zone', 'recurrence', 'priority', 'colorId']
  const event = fc.record(Object.fromEntries(members.map((member) => [member, anything])), { requiredKeys: [] })
  fc.assert(
    fc.property(event, (more) => {
      try {
        const good = { ...base, start: '2026-11-02', end: '2026-11-03' }
        expect(toGoogleFields({ ...good, ...more } as never, 'UTC').summary).toEqual(expect.any(String))
      } catch (error) {
        expect(error).toMatchObject({ name: 'CalendarSyncError', code: expect.any(String) })
      }
    }),
    { numRuns: 500 },
  )
})
