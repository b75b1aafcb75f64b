/** Names the records of pulling in the store, beside those of pushing. */
const root = 'calendar-sync/'

export const pullPrefix: string = `${root}pull/`
/** Users of whom a message has come since their calendar was read. */
export const wakePrefix: string = `${root}wake/`

export function pullKey(user: string): string {
  return `${pullPrefix}${encodeURIComponent(user)}`
}

export function wakeKey(user: string): string {
  return `${wakePrefix}${encodeURIComponent(user)}`
}

/** What the app was told of its own events. */
export function toldPrefixOf(user: string): string {
  return `${root}told/${encodeURIComponent(user)}/`
}

export function toldKey(user: string, eventId: string): string {
  return `${toldPrefixOf(user)}${encodeURIComponent(eventId)}`
}

/** Tells of a channel whose it is. Written before the channel is opened: its first message may be faster than the answer. */
export function channelKey(channelId: string): string {
  return `${root}channel/${encodeURIComponent(channelId)}`
}

/** Gives the user whom a key that begins with this prefix is about. */
export function userIn(key: string, prefix: string): string {
  return decodeURIComponent(key.slice(prefix.length))
}
