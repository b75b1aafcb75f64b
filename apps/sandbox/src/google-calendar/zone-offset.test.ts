import * as fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { expect, test } from 'vitest'
import { writeDateTime } from './event-times.ts'

const zones = ['UTC', 'America/New_York', 'Europe/Berlin', 'Asia/Kolkata', 'Australia/Lord_Howe', 'America/Sao_Paulo']
const moment = fc.integer({ min: Date.UTC(1975, 0), max: Date.UTC(2090, 0) })

function writtenByTemporal(atMs: number, timeZone: string): string {
  const instant = Temporal.Instant.fromEpochMilliseconds(atMs)
  const options = { smallestUnit: 'second' } as const
  return timeZone === 'UTC' ? instant.toString(options) : instant.toString({ ...options, timeZone })
}

test('a moment is written as Temporal writes it, in any zone', () => {
  fc.assert(
    fc.property(moment, fc.constantFrom(...zones), (atMs, zone) => {
      expect(writeDateTime(atMs, zone)).toBe(writtenByTemporal(atMs, zone))
    }),
  )
})

test('the clocks change at the very millisecond, whichever side is asked first', () => {
  for (const change of [Date.UTC(2026, 2, 8, 7), Date.UTC(2026, 10, 1, 6)]) {
    for (const atMs of [change, change - 1, change + 1, change]) {
      expect(writeDateTime(atMs, 'America/New_York')).toBe(writtenByTemporal(atMs, 'America/New_York'))
    }
  }
  expect(writeDateTime(Date.UTC(2026, 2, 8, 7), 'America/New_York')).toBe('2026-03-08T03:00:00-04:00')
})
