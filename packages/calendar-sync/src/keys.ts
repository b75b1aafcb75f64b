/**
 * Names the records in the store. Users and events are any well-formed text, and are encoded so that no name is the
 * beginning of another.
 */
const root = 'calendar-sync/'

export const outboxPrefix: string = `${root}outbox/`

/** What one user still has to be told to Google. */
export function outboxPrefixOf(user: string): string {
  return `${outboxPrefix}${encodeURIComponent(user)}/`
}

export function outboxKey(user: string, eventId: string): string {
  return `${outboxPrefixOf(user)}${encodeURIComponent(eventId)}`
}

export function linkPrefixOf(user: string): string {
  return `${root}link/${encodeURIComponent(user)}/`
}

export function linkKey(user: string, eventId: string): string {
  return `${linkPrefixOf(user)}${encodeURIComponent(eventId)}`
}

export function userKey(user: string): string {
  return `${root}user/${encodeURIComponent(user)}`
}

export const backfillPrefix: string = `${root}backfill/`

/** Is there while a user's events are still to be queued. */
export function backfillKey(user: string): string {
  return `${backfillPrefix}${encodeURIComponent(user)}`
}

/** Gives the user whom a key of the outbox or of a backfill is about. */
export function userOf(key: string): string {
  return decodeURIComponent(key.slice(root.length).split('/')[1] ?? '')
}
