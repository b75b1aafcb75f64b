import { expect, test } from 'vitest'
import { toEventChange, type EventChange } from './event-change.ts'
import type { CalendarEvent } from '../index.ts'

const cancelled = { status: 'cancelled' }

test.each<[name: string, event: CalendarEvent, change: EventChange]>([
  ['an event', { id: 'a', status: 'tentative' }, { kind: 'changed', event: { id: 'a', status: 'tentative' } }],
  ['an event that says nothing of its status', { id: 'a' }, { kind: 'changed', event: { id: 'a' } }],
  ['a deleted event, of which little is left (C9)', { id: 'a', ...cancelled }, { kind: 'deleted', id: 'a' }],
  [
    'a cancelled instance (C9)',
    {
      id: 'a_20260315T130000Z',
      recurringEventId: 'a',
      originalStartTime: { dateTime: '2026-03-15T14:00:00+01:00' },
      ...cancelled,
    },
    {
      kind: 'instance_cancelled',
      id: 'a_20260315T130000Z',
      recurringEventId: 'a',
      originalStart: '2026-03-15T14:00:00+01:00',
    },
  ],
  [
    'a cancelled instance of which only the id is left (C9)',
    { id: 'a_b_20260315T130000Z', ...cancelled },
    {
      kind: 'instance_cancelled',
      id: 'a_b_20260315T130000Z',
      recurringEventId: 'a_b',
      originalStart: '2026-03-15T13:00:00Z',
    },
  ],
  [
    'a cancelled instance of a series of whole days (C9)',
    { id: 'a_20260315', originalStartTime: { date: '2026-03-15' }, ...cancelled },
    { kind: 'instance_cancelled', id: 'a_20260315', recurringEventId: 'a', originalStart: '2026-03-15' },
  ],
  [
    'a deleted event that was imported',
    { id: '_60q30c1g60o30e1i60o4ac1g60rj8gpl', ...cancelled },
    { kind: 'deleted', id: '_60q30c1g60o30e1i60o4ac1g60rj8gpl' },
  ],
  ['an imported id without a series', { id: '_20260315', ...cancelled }, { kind: 'deleted', id: '_20260315' }],
])('%s', (_name, event, change) => {
  expect(toEventChange(event)).toStrictEqual(change)
})

test('oddities of real calendars go through as they are (C8)', () => {
  const event = {
    id: 'a',
    recurrence: ['RRULE:FREQ=DAILY;X-EVOLUTION-ENDDATE=20260101', 'RDATE;TZID=Mars/Phobos:20260101T000000'],
    eventType: 'somethingNew',
    start: {},
  }
  expect(toEventChange(event)).toStrictEqual({ kind: 'changed', event })
})
