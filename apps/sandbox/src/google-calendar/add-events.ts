import { checkKeys, checkNumber } from '../check-option.ts'
import type { SeededRandom } from '../seeded-random.ts'
import type { Calendar, StoredEvent } from './calendar-state.ts'

export interface AddEvents {
  readonly count: number
  /** Whose primary calendar gets them, by login e-mail or account key. Default: the first person's. */
  readonly account?: string
}

const hourMs = 3600_000

export function checkAddEvents(what: AddEvents): void {
  checkKeys(what, ['count', 'account'], 'What to add')
  checkNumber(what.count, 'count', 1, 1_000_000)
}

/** Fills a calendar with meetings of an hour, one after the other from the next full hour on; returns their ids. */
export function addEvents(
  { id: email, events }: Calendar,
  { count, nowMs, random }: { readonly count: number; readonly nowMs: number; readonly random: SeededRandom },
): string[] {
  const firstMs = Math.ceil(nowMs / hourMs) * hourMs
  const at = new Date(nowMs).toISOString()
  return Array.from({ length: count }, (_, index) => {
    const id = random.uuid('more events').replaceAll('-', '')
    const startMs = firstMs + index * hourMs
    const event: StoredEvent = {
      status: 'confirmed',
      created: at,
      updated: at,
      summary: `Meeting ${index + 1}`,
      creator: { email },
      organizer: { email },
      start: { dateTime: writeTime(startMs), timeZone: 'UTC' },
      end: { dateTime: writeTime(startMs + hourMs), timeZone: 'UTC' },
      iCalUID: `${id}@google.com`,
      sequence: 0,
      reminders: { useDefault: true },
      eventType: 'default',
    }
    events.put(id, event)
    return id
  })
}

function writeTime(ms: number): string {
  return new Date(ms).toISOString().replace('.000', '')
}
