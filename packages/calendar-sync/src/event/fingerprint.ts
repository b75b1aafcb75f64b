import { orderOf } from './event-time.ts'
import type { Fingerprints } from '../link.ts'

/** What fingerprints are taken of: an event to write, or one that was read. */
export type Fingerprinted = Readonly<Record<string, unknown>>

/**
 * Takes a fingerprint of each of the members: the first 96 bits of SHA-256, so that the store holds no text of an event.
 * Google re-expresses times in the offset of the calendar, so they are compared as instants, with the zone beside them.
 */
export async function fingerprintsOf(event: Fingerprinted, members: readonly string[]): Promise<Fingerprints> {
  const entries = members.map(async (member) => [member, await digest(canonical(member, event[member]))] as const)
  return Object.fromEntries(await Promise.all(entries))
}

function canonical(member: string, value: unknown): string {
  if (member !== 'start' && member !== 'end') return JSON.stringify(isEmpty(value) ? null : value)
  const time = (value ?? {}) as { date?: string; dateTime?: string; timeZone?: string }
  return time.date ?? `${orderOf(time)} ${time.timeZone ?? ''}`
}

/** To Google a text that is empty and one that is not there are the same. */
function isEmpty(value: unknown): boolean {
  return value === undefined || value === '' || (Array.isArray(value) && value.length === 0)
}

async function digest(text: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return Array.from(new Uint8Array(hash, 0, 12), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
