import type { Json } from '../api/handler.ts'
import { isObject } from '../check-option.ts'
import type { DirectoryUser } from '../goto-directory/directory.ts'
import type { GotoTenant } from '../goto/goto-tenants.ts'
import type { Attendee, Meeting, Session } from './meeting-book.ts'

/** How many people an organizer may invite; it depends on the plan at GoTo. */
const maxAttendees = 26

const minuteMs = 60_000

/** Everything that any answer says of a meeting, under each of the names that it has there. */
export function meetingFacts(tenant: GotoTenant, meeting: Meeting): Json {
  const { meetingId, startTime, endTime, organizerKey } = meeting
  return {
    ...meeting,
    meetingid: meetingId,
    meetingKey: meetingId,
    uniqueMeetingId: meetingId,
    newMeetingId: meetingId.replace(/(\d{3})(?=\d)/g, '$1-'),
    organizerkey: organizerKey,
    newOrganizerKey: organizerKey,
    date: startTime,
    duration: minutesBetween(startTime, endTime),
    joinURL: `https://meet.example.com/${meetingId}`,
    hostURL: `https://start.example.com/${meetingId}`,
    maxParticipants: maxAttendees,
    // Nobody can start a meeting here.
    status: 'INACTIVE',
    // Obsolete at GoTo: empty texts.
    createTime: '',
    groupName: '',
    accountKey: tenant.accountKey,
    ...organizerNames(tenant, organizerKey),
  }
}

/** The same of one time that a meeting was held. */
export function sessionFacts(tenant: GotoTenant, { sessionId, meeting, startTime, endTime, attendees }: Session): Json {
  const facts = meetingFacts(tenant, { ...meeting, startTime, endTime })
  return { ...facts, sessionId, meetingInstanceKey: sessionId, numAttendees: attendees.length }
}

/** The same of somebody who attended. */
export function attendeeFacts(tenant: GotoTenant, session: Session, attendee: Attendee): Json {
  const { name: attendeeName, email: attendeeEmail, joinTime, leaveTime } = attendee
  const duration = minutesBetween(joinTime, leaveTime)
  return { ...sessionFacts(tenant, session), attendeeName, attendeeEmail, joinTime, leaveTime, duration }
}

export function organizerFacts({ directory, meetings }: GotoTenant, user: DirectoryUser): Json {
  const group = user.groupKey === undefined ? undefined : directory.groups.find(user.groupKey)
  return {
    ...user,
    organizerKey: user.userKey,
    key: user.userKey,
    // What stands here for an organizer without a group is not known.
    groupId: group?.groupKey ?? 0,
    groupName: group?.name ?? '',
    maxNumAttendeesAllowed: maxAttendees,
    products: user.products.filter(isMeetingProduct),
    status: meetings.suspended.has(user.userKey) ? 'suspended' : 'active',
  }
}

const meetingProducts = ['G2M', 'G2W', 'G2T', 'OPENVOICE']

/** Tells whether the users of a product are organizers. */
export function isMeetingProduct(product: string): boolean {
  return meetingProducts.includes(product)
}

/** The organizer may have left since. */
function organizerNames({ directory }: GotoTenant, userKey: string): Json {
  const users = [...directory.users.values(), ...directory.formerUsers.values()]
  const { email, firstName, lastName, locale } = users.find((user) => user.userKey === userKey) ?? {}
  return { email, firstName, lastName, locale }
}

function minutesBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / minuteMs)
}

/** Writes facts as a schema of the specification has them. */
export type Shape = (schema: string, facts: Json) => Json

/**
 * Makes a writer for the schemas of a document: the members that a schema names, each in its type. The same key is a number
 * in one answer and a text in another.
 */
export function createShape(document: unknown): Shape {
  const schemas = memberOf(memberOf(document, 'components'), 'schemas')
  return (schema, facts) => {
    const properties = memberOf(memberOf(schemas, schema), 'properties')
    const members = Object.entries(isObject(properties) ? properties : {})
    return Object.fromEntries(members.map(([name, { type }]) => [name, asType(facts[name], type)]))
  }
}

function asType(value: unknown, type: unknown): unknown {
  if (type === 'integer') return Number(value)
  return type === 'string' ? String(value) : value
}

function memberOf(value: unknown, name: string): Record<string, Json> | undefined {
  const member = isObject(value) ? value[name] : undefined
  return isObject(member) ? (member as Record<string, Json>) : undefined
}
