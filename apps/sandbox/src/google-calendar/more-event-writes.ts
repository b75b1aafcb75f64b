import { bodyOf, ok, queryText } from '../api/handler.ts'
import { isObject } from '../check-option.ts'
import { openById, openCalendar } from './access.ts'
import type { CalendarHandlers } from './ask.ts'
import { forbidden, invalidBody, notFound } from './calendar-refusal.ts'
import { newEventId, organizerOf, requireEvent, saveNew, tellEvent, viewOf } from './events.ts'
import { writeDateTime } from './event-times.ts'
import { isCancelled } from './find-event.ts'
import { saveEvent } from './save-event.ts'
import { showEvent } from './show-event.ts'

export const moreEventHandlers: CalendarHandlers = {
  /** An import is a private copy, and for the same `iCalUID` always the same event. */
  importEvent(ask) {
    const open = openCalendar(ask, 'writerWithoutPrivateAccess')
    const body = bodyOf(ask)
    if ((body.eventType ?? 'default') !== 'default')
      throw invalidBody('Only events of the type default can be imported.')
    const iCalUID = String(body.iCalUID)
    const present = open.calendar.events.all().find(({ value }) => value.iCalUID === iCalUID)
    const id = present?.id ?? `_${base32hex(iCalUID)}`
    const created = present === undefined ? {} : { created: present.value.created, sequence: present.value.sequence }
    const saved = saveNew(ask, open.calendar, id, body, {
      organizer: importedOrganizer(body.organizer) ?? organizerOf(open.calendar),
      ...created,
    })
    return tellEvent(ask, open, saved)
  },

  /** Google reads times out of the text; how is not documented, so the text is the summary of the next hour. */
  quickAddEvent(ask) {
    const open = openCalendar(ask, 'writerWithoutPrivateAccess')
    const startMs = Math.ceil(ask.nowMs / 3600_000) * 3600_000
    const body = {
      summary: queryText(ask, 'text'),
      start: { dateTime: writeDateTime(startMs, 'UTC') },
      end: { dateTime: writeDateTime(startMs + 3600_000, 'UTC') },
    }
    return tellEvent(ask, open, saveNew(ask, open.calendar, newEventId(ask), body))
  },

  /** Answers with the copy that stays behind, cancelled, as was recorded. */
  moveEvent(ask) {
    const open = openCalendar(ask, 'writer')
    const { calendar } = open
    const event = requireEvent(ask, calendar)
    if (isCancelled(event)) throw notFound()
    const { value } = event
    if (value.eventType !== 'default') throw invalidBody('Only events of the type default can be moved.')
    if (value.recurringEventId !== undefined) throw invalidBody('An instance cannot be moved without its series.')
    if (value.organizer.email !== calendar.id) throw forbidden('Only the organizer can move an event.')
    const { calendar: destination } = openById(ask, queryText(ask, 'destination') ?? '', 'writer')
    if (destination === calendar) throw invalidBody('The event is in this calendar already.')
    const organizer = organizerOf(destination)
    const moved = calendar.events
      .all()
      .filter(({ id, value: each }) => id === event.id || each.recurringEventId === event.id)
    for (const each of moved)
      calendar.events.put(each.id, {
        ...each.value,
        organizer,
        status: 'cancelled',
        updated: new Date(ask.nowMs).toISOString(),
      })
    for (const each of moved) saveEvent(destination, each.id, { ...each.value, organizer }, ask)
    return ok(showEvent(requireEvent(ask, calendar), viewOf(ask, open)))
  },
}

function importedOrganizer(organizer: unknown): { email: string } | undefined {
  return isObject(organizer) && typeof organizer.email === 'string'
    ? { ...organizer, email: organizer.email }
    : undefined
}

/** RFC 4648, section 7, in small letters and without padding: how ids of imported events were seen to be made. */
function base32hex(text: string): string {
  const bits = [...new TextEncoder().encode(text)].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  return (bits.match(/.{1,5}/g) ?? []).map((five) => Number.parseInt(five.padEnd(5, '0'), 2).toString(32)).join('')
}
