import { expect, test, vi } from 'vitest'
import { toConsole, toPino } from './log.ts'
import type { SyncReport } from './observe.ts'

const reports: SyncReport[] = [
  { level: 'info', type: 'event_written', user: 'ada', eventId: '7' },
  { level: 'warning', type: 'event_failed', user: 'a b\nc', eventId: '7', code: 'backendError', retryInMs: 30_000 },
  { level: 'error', type: 'event_dead', user: 'ada', eventId: '7', code: 'forbidden', status: 403 },
]

test('the console gets one line for each report, by its level', () => {
  const console = {
    info: vi.fn<(line: string) => void>(),
    warn: vi.fn<(line: string) => void>(),
    error: vi.fn<(line: string) => void>(),
  }
  reports.forEach(toConsole(console))
  expect(console.info.mock.calls).toEqual([['INFO event_written user=ada eventId=7']])
  expect(console.warn.mock.calls).toEqual([
    ['WARNING event_failed user="a b\\nc" eventId=7 code=backendError retryInMs=30000'],
  ])
  expect(console.error.mock.calls).toEqual([['ERROR event_dead user=ada eventId=7 code=forbidden status=403']])
})

test('pino gets fields and a message, by its level', () => {
  const log = vi.fn<(level: string, fields: object, message: string) => void>()
  const level = (name: string) => (fields: object, message: string) => log(name, fields, message)
  reports.forEach(toPino({ info: level('info'), warn: level('warn'), error: level('error') }))
  expect(log.mock.calls).toEqual([
    ['info', { user: 'ada', eventId: '7' }, 'calendar event_written'],
    ['warn', { user: 'a b\nc', eventId: '7', code: 'backendError', retryInMs: 30_000 }, 'calendar event_failed'],
    ['error', { user: 'ada', eventId: '7', code: 'forbidden', status: 403 }, 'calendar event_dead'],
  ])
})
