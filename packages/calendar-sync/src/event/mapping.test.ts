import { expect, test } from 'vitest'
import { readEvent } from './mapping.ts'

interface Booking {
  readonly number: number
  readonly subject: string
  readonly notes: string | null
  readonly from: Date
  readonly minutes: number
}

const booking: Booking = { number: 7, subject: 'Consultation', notes: null, from: new Date(0), minutes: 30 }

const read = {
  id: '7',
  title: 'Consultation',
  start: new Date(0),
  end: new Date(30 * 60_000),
}

test('a mapping may be data: names of members, and functions', () => {
  const event = readEvent(booking, {
    id: ({ number }) => String(number),
    title: 'subject',
    description: 'notes',
    start: 'from',
    end: ({ from, minutes }) => new Date(from.getTime() + minutes * 60_000),
  })
  expect(event).toEqual(read)
})

test('or one function', () => {
  const event = readEvent(booking, ({ number, subject, from, minutes }) => ({
    id: String(number),
    title: subject,
    start: from,
    end: new Date(from.getTime() + minutes * 60_000),
  }))
  expect(event).toEqual(read)
})

test('a mapping that throws is told without what it says, which may quote the event', () => {
  const failing = (): never => {
    throw new TypeError('cannot read Consultation')
  }
  expect(() => readEvent(booking, failing)).toThrow(
    expect.objectContaining({ code: 'mapping_failed', message: 'The mapping of the event threw (TypeError).' }),
  )
})
