import type { CalendarEvent, GoogleCalendar, SendUpdates } from '@grantkit/google-calendar'
import { fingerprintsOf } from '../event/fingerprint.ts'
import type { GoogleFields } from '../event/google-fields.ts'
import type { Fingerprints, Link } from '../link.ts'
import { changesOf, googleIdOf, insert, patch, read, remove, type GooglePlace } from './google-event.ts'
import {
  beginPush,
  continuePush,
  type Answer,
  type ConflictWinner,
  type KnownLink,
  type Next,
  type Policies,
  type PushResult,
} from './next-step.ts'
import type { OutboxEntry } from './outbox-entry.ts'

/** What the app's conflict function is told: somebody has changed mapped members in Google. */
export interface Conflict {
  readonly user: string
  /** The app's own id of the event. */
  readonly eventId: string
  /** What the app wants; nothing if it has deleted the event. */
  readonly ours: GoogleFields | undefined
  readonly theirs: CalendarEvent
  /** Mapped members that somebody has changed, such as `summary`. */
  readonly members: readonly string[]
}

export type ResolveConflict = (conflict: Conflict) => ConflictWinner | Promise<ConflictWinner>

/** Where and how one entry is carried out. */
export interface Assignment {
  readonly entry: OutboxEntry
  readonly wanted: Fingerprints
  readonly link: Link | undefined
  readonly calendar: GoogleCalendar
  readonly calendarId: string
  readonly sendUpdates: SendUpdates
  readonly policies: Policies
  readonly resolve: ResolveConflict
  readonly signal: AbortSignal
  /** Makes sure before each request that nobody else carries the entry out. Throws if somebody does. */
  readonly hold: () => Promise<void>
  readonly remember: (link: Link) => Promise<void>
}

/** Takes the fingerprints of what is wanted. */
export function wantedBy({ wish }: Pick<OutboxEntry, 'wish'>): Promise<Fingerprints> {
  return wish.kind === 'delete' ? Promise.resolve({}) : fingerprintsOf({ ...wish.fields }, Object.keys(wish.fields))
}

/**
 * Brings one event to where it is wanted, and gives what is known of it then; nothing where others keep changing it.
 * Throws what calls throw.
 */
export async function carryOut(
  assignment: Assignment,
): Promise<{ readonly link: Link; readonly result: PushResult } | undefined> {
  const { entry, wanted, link, calendarId, policies } = assignment
  const known = link === undefined ? {} : { link }
  let next = beginPush({ wish: entry.wish, wanted, sent: entry.sent, calendarId, policies, ...known })
  let seen: CalendarEvent | undefined
  for (;;) {
    const { step, push } = next
    if (step.do === 'give_up') return undefined
    if (step.do === 'finish') return { link: await named(entry, step.link), result: step.result }
    await assignment.hold()
    const answer = await take(assignment, next, seen)
    seen = 'event' in answer ? answer.event : seen
    next = continuePush(push, answer)
  }
}

async function take(
  assignment: Assignment,
  { push, step }: Next,
  seen: CalendarEvent | undefined,
): Promise<Answer & { readonly event?: CalendarEvent }> {
  const { entry, resolve, remember } = assignment
  const { wish } = entry
  const place = await placeOf(assignment, push)
  switch (step.do) {
    case 'read':
      return read(place)
    case 'delete':
      return remove(place, step.etag)
    case 'remember':
      await remember(await named(entry, step.link))
      return { to: 'remember' }
    case 'ask': {
      const { user, eventId } = entry
      const ours = wish.kind === 'upsert' ? wish.fields : undefined
      const { members, remote } = step
      const winner = await resolve({ user, eventId, ours, theirs: seen ?? {}, members })
      return { to: 'ask', winner: winner === 'theirs' ? 'theirs' : 'ours', members, remote }
    }
    default:
      return write(place, assignment, { push, step })
  }
}

function write(place: GooglePlace, { entry }: Assignment, { push, step }: Next): Promise<Answer> {
  const { wish, eventId } = entry
  if (wish.kind !== 'upsert') throw new TypeError('a deletion writes nothing')
  if (step.do !== 'patch') return insert(place, eventId, wish.fields)
  return patch(place, step.etag, changesOf(wish.fields, { without: push.theirs, clear: step.clear }))
}

async function placeOf(assignment: Assignment, { generation }: Next['push']): Promise<GooglePlace> {
  const { entry, link, calendar, sendUpdates, signal } = assignment
  const calendarId = link?.calendarId ?? assignment.calendarId
  return { calendar, calendarId, eventId: await googleIdOf(entry.user, entry.eventId, generation), sendUpdates, signal }
}

async function named({ user, eventId }: OutboxEntry, link: KnownLink): Promise<Link> {
  return { ...link, googleId: link.generation < 0 ? '' : await googleIdOf(user, eventId, link.generation) }
}
