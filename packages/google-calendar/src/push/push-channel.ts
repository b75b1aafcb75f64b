import { ApiError, unwrap } from '@grantkit/api-client'
import type { GoogleCalendar } from '../google-calendar-client.ts'

/** What a channel tells changes of. */
export type Watched =
  | { readonly collection: 'events' | 'acl'; readonly calendarId: string }
  | { readonly collection: 'calendarList' | 'settings' }

/** An open channel. Plain JSON: keep it, because Google lists channels nowhere. `token` is a secret. */
export interface PushChannel {
  readonly id: string
  readonly token: string
  /** Google's name of what is watched; needed to stop. */
  readonly resourceId: string
  readonly watched: Watched
  readonly address: string
  readonly expiresAtMs: number
}

export interface OpenChannelOptions {
  readonly watched: Watched
  /** Where Google posts; https with a public certificate. */
  readonly address: string
  /** Wish for a lifetime. Default: Google's, seven days. Google may give less. */
  readonly ttlSeconds?: number
  /** Default: a new UUID. The first message may come before the answer: store id and token first to know it. */
  readonly id?: string
  /** Comes back with every message, so that nobody else can send one. Default: a new secret. */
  readonly token?: string
  readonly signal?: AbortSignal
}

const watchPaths = {
  acl: '/calendars/{calendarId}/acl/watch',
  calendarList: '/users/me/calendarList/watch',
  events: '/calendars/{calendarId}/events/watch',
  settings: '/users/me/settings/watch',
} as const

/**
 * Opens a channel. Throws what a call throws and an ApiError with Google's reason;
 * `pushNotSupportedForRequestedResource` means that this calendar can only be polled.
 */
export async function openChannel(calendar: GoogleCalendar, options: OpenChannelOptions): Promise<PushChannel> {
  const { watched, address, ttlSeconds, id = crypto.randomUUID(), token = createToken(), signal } = options
  const calendarId = 'calendarId' in watched ? watched.calendarId : ''
  // The four paths take the same body; a calendar id that a path does not have is left alone.
  const path = watchPaths[watched.collection] as (typeof watchPaths)['events']
  const params = ttlSeconds === undefined ? {} : { params: { ttl: `${ttlSeconds}` } }
  const result = await calendar.POST(path, {
    params: { path: { calendarId } },
    body: { id, token, address, type: 'web_hook', ...params },
    signal: signal ?? null,
  })
  const { resourceId, expiration } = unwrap(result)
  if (resourceId === undefined || expiration === undefined) throw incomplete()
  return { id, token, resourceId, watched, address, expiresAtMs: Number(expiration) }
}

/** Such a channel could be neither stopped nor renewed in time. */
function incomplete(): ApiError {
  const problem = 'Google answered without the resource id or the end of the channel.'
  return new ApiError('unexpected_answer', `google-calendar openChannel: ${problem}`, { api: 'google-calendar' })
}

export interface RenewChannelOptions {
  /** Stores the new channel. Awaited before the old one is stopped. */
  readonly save: (channel: PushChannel) => Promise<void>
  readonly ttlSeconds?: number
  readonly signal?: AbortSignal
}

/**
 * Opens another channel for the same, has it saved, and stops the old one; in between, both tell the same changes.
 * Channels cannot be prolonged: call this before `expiresAtMs`. Throws what `openChannel` throws; an old channel that
 * cannot be stopped is left to its end.
 */
export async function renewChannel(
  calendar: GoogleCalendar,
  channel: PushChannel,
  { save, ...options }: RenewChannelOptions,
): Promise<PushChannel> {
  const { watched, address } = channel
  const renewed = await openChannel(calendar, { watched, address, ...options })
  await save(renewed)
  await stopChannel(calendar, channel, options).catch(() => undefined)
  return renewed
}

/**
 * Stops a channel. One that is gone already (404) counts as stopped. Only the person who opened it, through the same
 * client, may do so. Messages may come for a while. Throws what a call throws and an ApiError with Google's reason.
 */
export async function stopChannel(
  calendar: GoogleCalendar,
  { id, resourceId }: Pick<PushChannel, 'id' | 'resourceId'>,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<void> {
  const result = await calendar.POST('/channels/stop', { body: { id, resourceId }, signal: signal ?? null })
  if (result.response.status !== 404) unwrap(result)
}

function createToken(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(32)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
