import type { GoogleCalendar } from '@grantkit/google-calendar'
import { unwrap } from '@grantkit/google-calendar'
import { linkPrefixOf } from '../keys.ts'
import type { Link } from '../link.ts'
import { listKeys, readRecord } from '../records.ts'
import type { SyncContext } from '../sync-context.ts'

/** One that is found settles it; several are looked for because a person may have emptied a bin. */
const mostProbes = 5

/**
 * Tells whether the calendar behind a connection is the one that was written to: it knows an event that we made there,
 * even if it is deleted by now, because Google still answers for its id. Nothing is written. Throws what calls throw.
 */
export async function isSameCalendar(
  { store }: Pick<SyncContext, 'store'>,
  user: string,
  { calendar, signal }: { readonly calendar: GoogleCalendar; readonly signal: AbortSignal },
): Promise<boolean> {
  let probes = 0
  for (const key of await listKeys(store, linkPrefixOf(user))) {
    const { value: link } = await readRecord<Link>(store, key)
    if (link === undefined || link.googleId === '') continue
    probes += 1
    const path = { calendarId: link.calendarId, eventId: link.googleId }
    const result = await calendar.GET('/calendars/{calendarId}/events/{eventId}', { params: { path }, signal })
    const isUnknown = result.response.status === 404 || result.response.status === 410
    // A guest's copy has the same id: it is not ours to write to.
    if (!isUnknown && unwrap(result).organizer?.self !== false) return true
    if (probes === mostProbes) return false
  }
  return probes === 0
}
