import { isApiError, type ApiError } from '@grantkit/api-client'
import type { GoogleCalendar } from '@grantkit/google-calendar'
import { openChannel, stopChannel, type PushChannel } from '@grantkit/google-calendar/push'
import { changeRecord } from '../records.ts'
import type { PullContext } from './pull-context.ts'
import { channelKey, pullKey } from './pull-keys.ts'
import { isHeldBy, type PullRecord } from './pull-record.ts'

/** Whose a channel is, and what its messages have to carry. */
export interface ChannelRecord {
  readonly id: string
  readonly user: string
  readonly token: string
}

export interface ChannelTurn {
  readonly user: string
  readonly holder: string
  readonly calendar: GoogleCalendar
  readonly signal: AbortSignal
}

/** Channels live for a week at most; what is known of one is kept a little longer. */
const keptMs = 8 * 24 * 3600_000
/** A day before its end a channel is replaced: one pass may fail, and a night of them too. */
const renewBeforeMs = 24 * 3600_000
const minuteMs = 60_000

/**
 * Sees to it that Google tells of changes: opens a channel where there is none, and replaces one before it ends. Google can
 * prolong none, so the next is opened first; in between both tell. Where a calendar cannot be watched, or the address
 * cannot be reached, reading goes on by the clock alone. Throws `store_failed`.
 */
export async function keepChannel(
  context: PullContext,
  record: PullRecord,
  turn: ChannelTurn,
  nowMs: number,
): Promise<void> {
  const { address, tell } = context
  const { channel, noChannelUntilMs = 0 } = record
  if (address === undefined || nowMs < noChannelUntilMs) return
  const isFine = channel !== undefined && channel.address === address && channel.expiresAtMs - nowMs > renewBeforeMs
  if (isFine) return
  const { user, signal, calendar } = turn
  try {
    const opened = await openFor(context, address, turn)
    if (!(await save(context, turn, opened))) return await closeChannel(context, calendar, opened, signal)
    tell({ level: 'info', type: 'channel_opened', user })
  } catch (error) {
    if (!isApiError(error) || error.code === 'aborted') throw error
    const retryInMs = isRefused(error) ? 60 * minuteMs : minuteMs
    tell({ level: 'warning', type: 'channel_failed', user, code: error.code, retryInMs })
    await changeRecord<PullRecord>(context.store, pullKey(user), (current) =>
      isHeldBy(current, turn.holder) ? { put: { ...current, noChannelUntilMs: nowMs + retryInMs } } : 'keep',
    )
    return
  }
  if (channel !== undefined) await closeChannel(context, calendar, channel, signal)
}

/** A calendar that cannot be watched, or an address that Google does not take: trying soon would change nothing. */
function isRefused({ status, retryable }: ApiError): boolean {
  return status !== undefined && status < 500 && !retryable
}

async function openFor(context: PullContext, address: string, turn: ChannelTurn): Promise<PushChannel> {
  const { user, calendar, signal } = turn
  const id = crypto.randomUUID()
  const token = `${crypto.randomUUID()}${crypto.randomUUID()}`
  const known: ChannelRecord = { id, user, token }
  await changeRecord<ChannelRecord>(context.store, channelKey(id), () => ({ put: known, expiresInMs: keptMs }))
  const calendarId = await context.calendarIdOf(user)
  return await openChannel(calendar, { watched: { collection: 'events', calendarId }, address, id, token, signal })
}

/** Tells whether it was saved: a user who is followed no more, or by somebody else, gets no channel. */
async function save({ store }: PullContext, { user, holder }: ChannelTurn, channel: PushChannel): Promise<boolean> {
  const saved = await changeRecord<PullRecord>(store, pullKey(user), (record) =>
    isHeldBy(record, holder) ? { put: { ...record, channel } } : 'keep',
  )
  return saved?.channel?.id === channel.id
}

/** Stops a channel, as well as that can be done: who is not let do it waits for its end. */
export async function closeChannel(
  { store }: Pick<PullContext, 'store'>,
  calendar: GoogleCalendar | undefined,
  channel: PushChannel,
  signal?: AbortSignal,
): Promise<void> {
  if (calendar !== undefined) {
    await stopChannel(calendar, channel, signal === undefined ? {} : { signal }).catch(() => undefined)
  }
  await changeRecord<ChannelRecord>(store, channelKey(channel.id), (record) =>
    record === undefined ? 'keep' : 'remove',
  )
}
