/**
 * Makes an event id that nothing else has: 32 of the characters 0-9 and a-v that Google takes, 122 bits of chance.
 * https://developers.google.com/workspace/calendar/api/v3/reference/events#id (2026).
 */
export function createEventId(): string {
  return crypto.randomUUID().replaceAll('-', '')
}

/**
 * Derives an event id from a key of yours (an order number, an id of a booking): the same key always gives the same id,
 * so that whatever is created by it twice is one event. Any text will do; it is hashed with SHA-256.
 */
export async function eventIdFor(key: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(key))
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Tells whether a new event may be given this id. Ids that are read may hold other characters. */
export function isEventId(text: string): boolean {
  return /^[0-9a-v]{5,1024}$/.test(text)
}
