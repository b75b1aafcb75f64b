import type { ApiServiceContext } from '../api/api-service.ts'
import type { Kept } from '../state/kept.ts'

/** Somebody who wants to be told when a list changes. */
export interface Channel {
  readonly id: string
  readonly resourceId: string
  readonly resourceUri: string
  readonly address: string
  readonly token?: string
  readonly topic: string
  readonly expiresAtMs: number
  /** Who opened it, and by which client: nobody else may close it. */
  readonly opener: string
}

export interface ChannelBook extends Kept {
  find(id: string): Channel | undefined
  /** Opens a channel and sends its first message. */
  open(channel: Channel): void
  close(id: string): void
  /** Tells the channels of a topic that it has changed. */
  notify(topic: string): void
}

interface Line {
  readonly channel: Channel
  number: number
  /** The messages sent so far: each waits for the one before. */
  sent: Promise<void>
}

const retryStatuses = [500, 502, 503, 504]
/** Waits by the sandbox’s clock; how long Google’s are is not known. */
const retryMs = [1000, 2000, 4000]

/** Keeps channels, and posts their messages: no body, all in the headers. */
export function createChannelBook({ clock, random }: Pick<ApiServiceContext, 'clock' | 'random'>): ChannelBook {
  const lines = new Map<string, Line>()
  const isOpen = (line: Line): boolean =>
    lines.get(line.channel.id) === line && clock.nowMs() < line.channel.expiresAtMs

  function send(line: Line, state: 'sync' | 'exists'): void {
    // Numbers rise with gaps.
    line.number += line.number === 0 ? 1 : 1 + random.integer('message number', 3)
    const headers = headersOf(line, state)
    line.sent = line.sent.then(() => deliver(line, headers))
  }

  async function deliver(line: Line, headers: Record<string, string>): Promise<void> {
    for (const waitMs of [...retryMs, undefined]) {
      if (!isOpen(line)) return
      const status = await post(line.channel.address, headers)
      if (waitMs === undefined || !retryStatuses.includes(status)) return
      await clock.sleep(waitMs)
    }
  }

  return {
    find(id) {
      const line = lines.get(id)
      return line !== undefined && isOpen(line) ? line.channel : undefined
    },
    open(channel) {
      const line = { channel, number: 0, sent: Promise.resolve() }
      lines.set(channel.id, line)
      send(line, 'sync')
    },
    close: (id) => void lines.delete(id),
    notify(topic) {
      for (const line of lines.values()) if (line.channel.topic === topic && isOpen(line)) send(line, 'exists')
    },
    // A message on its way is lost with the process that sends it.
    save: () => Array.from(lines.values(), ({ channel, number }) => ({ channel, number })),
    load(saved) {
      lines.clear()
      for (const line of saved as Pick<Line, 'channel' | 'number'>[]) {
        lines.set(line.channel.id, { ...line, sent: Promise.resolve() })
      }
    },
    reset: () => lines.clear(),
  }
}

function headersOf({ channel, number }: Line, state: string): Record<string, string> {
  return {
    'x-goog-channel-id': channel.id,
    'x-goog-message-number': String(number),
    'x-goog-resource-id': channel.resourceId,
    'x-goog-resource-state': state,
    'x-goog-resource-uri': channel.resourceUri,
    'x-goog-channel-expiration': new Date(channel.expiresAtMs).toUTCString(),
    ...(channel.token === undefined ? {} : { 'x-goog-channel-token': channel.token }),
  }
}

/** Returns the status; a message that reaches nobody is lost, as some are at Google. */
async function post(address: string, headers: Record<string, string>): Promise<number> {
  try {
    const response = await fetch(address, { method: 'POST', headers, redirect: 'manual' })
    await response.body?.cancel()
    return response.status
  } catch {
    return 0
  }
}
