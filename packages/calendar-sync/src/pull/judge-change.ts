import type { CalendarEvent } from '@grantkit/google-calendar'
import type { EventChange } from '@grantkit/google-calendar/sync'
import { fingerprintsOf } from '../event/fingerprint.ts'
import { mappedMembers, type MappedMember } from '../event/google-fields.ts'
import type { Fingerprints, Link } from '../link.ts'
import type { OutboxEntry } from '../push/outbox-entry.ts'
import type { CalendarChange } from './calendar-change.ts'

/** What this side knows of an event in Google. */
export interface Known {
  readonly eventId: string
  /** Absent while the first write is under way. */
  readonly link?: Link
  /** What push still has to do with it. */
  readonly entry?: OutboxEntry
  /** Members that the app may have taken over from Google since its own last write. */
  readonly told?: readonly string[]
}

/**
 * Says what a change in Google is to the app; nothing if it is the app's own write that comes back. Its etag tells, or that
 * push has deleted the event. Where neither does, it is handed over rather than lost, with the members that differ.
 */
export async function judgeChange(
  change: EventChange,
  known: Known | undefined,
  newestCreatedMs: number | undefined,
): Promise<CalendarChange | undefined> {
  const linked = known === undefined ? {} : { eventId: known.eventId }
  switch (change.kind) {
    case 'changed': {
      const { event } = change
      const { id = '' } = event
      const kind = isNew(event, newestCreatedMs) ? 'created' : 'changed'
      // An instance of a series of ours has an id, an etag and times of its own.
      if (known === undefined || (known.link?.googleId ?? id) !== id) return { kind, id, event, ...linked }
      if (known.link?.etag === event.etag) return undefined
      const members = differing(await fingerprintsOf(event, mappedMembers), known)
      return { kind: 'changed', id, event, ...linked, members }
    }
    case 'deleted': {
      const isOurs = known?.link?.state === 'deleted' || known?.entry?.wish.kind === 'delete'
      return isOurs ? undefined : { kind: 'deleted', id: change.id, ...linked }
    }
    case 'instance_cancelled': {
      const { kind, id, recurringEventId: seriesId, originalStart } = change
      return { kind, id, seriesId, originalStart, ...linked }
    }
  }
}

/**
 * By Google's clock alone, which gives the second of a creation: of two events of the same second that are read one after
 * the other, the later is told as changed.
 */
function isNew({ created }: CalendarEvent, newestCreatedMs: number | undefined): boolean {
  if (newestCreatedMs === undefined) return true
  return created !== undefined && Date.parse(created) > newestCreatedMs
}

/**
 * Members of which the app may have another value than Google: neither its last write nor one under way has made what they
 * are; or it was told of another value since, and somebody has put the written one back.
 */
function differing(found: Fingerprints, { link, entry, told = [] }: Known): MappedMember[] {
  return mappedMembers.filter((member) => {
    const isOn = (ours: readonly string[]): boolean => ours.includes(found[member] ?? '')
    const sent = entry?.sent[member] ?? []
    const written = link?.written[member]
    if (isOn(sent) || (written === undefined && sent.length === 0)) return false
    return told.includes(member) || written === undefined || !isOn([written])
  })
}
