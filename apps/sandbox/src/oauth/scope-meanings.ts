/** What scopes mean, in our words; others are shown by name only. */
const scopeMeanings: ReadonlyMap<string, string> = new Map([
  ['voice-admin.v1.read', 'See the phone system: queues, extensions, numbers, devices, locations'],
  ['voice-admin.v1.write', 'Change the phone system'],
  ['users.v1.lines.read', 'See users and their lines'],
  ['users.v1.read', 'See who you are'],
  ['identity:', 'See and manage users of the account and of the organisation'],
  ['identity:scim.me', 'See and change who you are'],
  ['identity:scim.org', 'See and manage users and groups of the organisation'],
  ['collab:', 'See and manage meetings and organizers'],
  ['openid', 'Know that it is you'],
  ['email', 'See your e-mail address'],
  ['profile', 'See your name'],
  ['https://www.googleapis.com/auth/calendar', 'See and change all your calendars'],
  ['https://www.googleapis.com/auth/calendar.readonly', 'See all your calendars'],
  ['https://www.googleapis.com/auth/calendar.events', 'See and change events'],
  ['https://www.googleapis.com/auth/calendar.events.readonly', 'See events'],
  ['https://www.googleapis.com/auth/calendar.freebusy', 'See when you are busy'],
])

/** Tells in words what a scope allows, where we know it. */
export function scopeMeaning(scope: string): string | undefined {
  return scopeMeanings.get(scope)
}
