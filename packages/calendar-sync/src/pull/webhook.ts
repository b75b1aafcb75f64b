import { channelIdOf, readPushMessage } from '@grantkit/google-calendar/push'
import { changeRecord, readRecord } from '../records.ts'
import type { ChannelRecord } from './channel.ts'
import type { PullContext } from './pull-context.ts'
import { channelKey, wakeKey } from './pull-keys.ts'

/**
 * Takes a message of Google's: notes that there is something to read, and answers. Whose it is, and that it is Google's, is
 * known from the channel and its token; a message of anybody else is answered 404, and its body never read.
 */
export async function takeMessage(
  { store }: Pick<PullContext, 'store'>,
  request: Request,
  woken: (user: string) => void,
): Promise<Response> {
  if (request.method !== 'POST') return new Response(null, { status: 405, headers: { allow: 'POST' } })
  const id = channelIdOf(request.headers)
  // Longer ones are not Google's, and stores have limits for keys.
  const channel = id === undefined || id.length > 64 ? undefined : await findChannel(store, id)
  const message = channel && readPushMessage(request.headers, channel)
  if (channel === undefined || message === undefined) return new Response(null, { status: 404 })
  if (message.state !== 'sync') {
    await changeRecord<object>(store, wakeKey(channel.user), () => ({ put: { number: message.number } }))
    woken(channel.user)
  }
  return new Response(null, { status: 204 })
}

async function findChannel(store: PullContext['store'], id: string): Promise<ChannelRecord | undefined> {
  return id.isWellFormed() ? (await readRecord<ChannelRecord>(store, channelKey(id))).value : undefined
}
