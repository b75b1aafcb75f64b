import type { LedgerChange, LedgerChanges } from '../ledger-changes.ts'

/** Events that are written at once; more wait until the reader has taken these. */
const batchSize = 200

/**
 * Streams a ledger as server-sent events: `entry` for each entry that is new or has changed, as JSON, and `restart`
 * when the ledger was emptied. A reader who comes back with `Last-Event-ID` misses nothing; one who reads slowly gets
 * entries as they are by then, not every step in between.
 */
export function streamLedger(changes: Pick<LedgerChanges, 'follow'>, lastEventId: string | null): Response {
  let waiting = new Map<number, LedgerChange>()
  let hasRestarted = false
  let hasEnded = false
  let wake: (() => void) | undefined
  const stop = changes.follow(
    {
      changed(change) {
        // In the order of the last change, and so of the ids.
        waiting.delete(change.entry.seq)
        waiting.set(change.entry.seq, change)
        wake?.()
      },
      restarted() {
        waiting = new Map()
        hasRestarted = true
        wake?.()
      },
      ended() {
        hasEnded = true
        wake?.()
      },
    },
    lastEventId ?? undefined,
  )

  function takeEvents(): string {
    const taken = [...waiting.values().take(batchSize)]
    for (const { entry } of taken) waiting.delete(entry.seq)
    const restart = hasRestarted ? 'event: restart\ndata: {}\n\n' : ''
    hasRestarted = false
    return restart + taken.map(writeEntry).join('')
  }

  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>({
    start(stream) {
      stream.enqueue(encoder.encode('retry: 1000\n\n'))
    },
    async pull(stream) {
      while (waiting.size === 0 && !hasRestarted && !hasEnded) {
        await new Promise<void>((resolve) => (wake = resolve))
      }
      const events = takeEvents()
      if (events !== '') stream.enqueue(encoder.encode(events))
      if (hasEnded && waiting.size === 0) stream.close()
    },
    cancel: stop,
  })
  const headers = {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  }
  return new Response(body, { headers })
}

function writeEntry({ position, entry }: LedgerChange): string {
  return `event: entry\nid: ${position}\ndata: ${JSON.stringify(entry)}\n\n`
}
