import type { PushChannel } from './push-channel.ts'

/** A message of a channel. It says that something changed, never what: sync to find out. */
export interface PushMessage {
  /** `sync` is the first message of a channel and no change. */
  readonly state: 'sync' | 'exists' | 'not_exists' | (string & {})
  /** Rises; some numbers are skipped. */
  readonly number: number
  readonly resourceId: string
  readonly resourceUri: string
}

/** Headers of a request: `Headers`, or anything that gives one by its name in any case. */
export interface HeaderSource {
  get(name: string): string | null | undefined
}

/** Names the channel that a request claims to be of, to look it up; nothing if it is no message of Google's. */
export function channelIdOf(headers: HeaderSource): string | undefined {
  return headers.get('x-goog-channel-id') ?? undefined
}

/**
 * Reads a message, if it really is of this channel: its id, its token (compared in constant time) and, once known, what
 * it watches must agree. Nothing otherwise: answer 404, and Google sends no more. A message has no body and no
 * signature; answer any message with 204, or within seconds it comes again.
 *
 * https://developers.google.com/workspace/calendar/api/guides/push (2026).
 */
export function readPushMessage(
  headers: HeaderSource,
  channel: Pick<PushChannel, 'id' | 'token'> & { readonly resourceId?: string },
): PushMessage | undefined {
  const value = (name: string): string => headers.get(`x-goog-${name}`) ?? ''
  const resourceId = value('resource-id')
  if (!isSecret(value('channel-token'), channel.token)) return undefined
  if (value('channel-id') !== channel.id || resourceId !== (channel.resourceId ?? resourceId)) return undefined
  return {
    state: value('resource-state'),
    number: Number(value('message-number')),
    resourceId,
    resourceUri: value('resource-uri'),
  }
}

/** Takes the same time wherever the two differ. Nothing is no secret. */
function isSecret(given: string, expected: string): boolean {
  const encoder = new TextEncoder()
  const [a, b] = [encoder.encode(given), encoder.encode(expected)]
  if (a.length !== b.length || a.length === 0) return false
  return a.reduce((difference, byte, index) => difference | (byte ^ (b[index] ?? 0)), 0) === 0
}
