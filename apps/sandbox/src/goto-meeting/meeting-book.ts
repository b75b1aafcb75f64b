import { type Collection, createCollection } from '../api/collection.ts'
import type { Directory } from '../goto-directory/directory.ts'
import type { SeededRandom } from '../seeded-random.ts'

export interface Meeting {
  readonly meetingId: string
  readonly organizerKey: string
  readonly subject: string
  /** UTC with Z, as are all times here. */
  readonly startTime: string
  readonly endTime: string
  readonly passwordRequired: boolean
  readonly conferenceCallInfo: string
  readonly meetingType: string
}

export interface Attendee {
  readonly name: string
  readonly email: string
  readonly joinTime: string
  readonly leaveTime: string
}

/** One time that a meeting was held. */
export interface Session {
  readonly sessionId: string
  /** As it was then. */
  readonly meeting: Meeting
  readonly startTime: string
  readonly endTime: string
  readonly attendees: readonly Attendee[]
}

/** The meetings of one account. */
export interface MeetingBook {
  readonly meetings: Collection<Meeting>
  readonly sessions: Collection<Session>
  /** Organizers from whom all products were taken, by their keys. */
  readonly suspended: Set<string>
}

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs

/** Makes what GoTo calls a meeting id: nine digits. */
export function makeMeetingId(random: SeededRandom, accountKey: string): string {
  return String(100_000_000 + random.integer(`${accountKey} meeting`, 900_000_000))
}

/** Writes a time as GoTo Meeting does, without fractions of a second. */
export function writeTime(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z')
}

/** Two meetings to come and two that were held, of the first two organizers. */
export function seedMeetings(directory: Directory, random: SeededRandom, nowMs: number): MeetingBook {
  const { accountKey } = directory
  const book: MeetingBook = { meetings: createCollection(), sessions: createCollection(), suspended: new Set() }
  const todayMs = Math.floor(nowMs / dayMs) * dayMs
  const people = directory.users.values()
  for (const [index, { userKey: organizerKey }] of people.slice(0, 2).entries()) {
    const meetingId = makeMeetingId(random, accountKey)
    const settings = { passwordRequired: false, conferenceCallInfo: 'VoIP', subject: 'Weekly review' }
    const at = (days: number, minutes: number): string =>
      writeTime(todayMs + days * dayMs + ((9 + index) * 60 + minutes) * minuteMs)
    const meeting = { meetingId, organizerKey, ...settings, meetingType: 'scheduled' }
    book.meetings.add(meetingId, { ...meeting, startTime: at(2, 0), endTime: at(2, 45) })

    const sessionId = String(300_000_000 + random.integer(`${accountKey} session`, 600_000_000))
    const [startTime, endTime] = [at(-2, 0), at(-2, 45)]
    const attendees = people.slice(index, index + 3).map(({ displayName, email }) => ({
      name: displayName,
      email,
      joinTime: at(-2, 1),
      leaveTime: at(-2, 44),
    }))
    book.sessions.add(sessionId, {
      sessionId,
      meeting: { ...meeting, startTime, endTime },
      startTime,
      endTime,
      attendees,
    })
  }
  return book
}
