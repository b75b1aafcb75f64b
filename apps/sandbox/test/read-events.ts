import type { LedgerEntry } from '../src/ledger.ts'
import type { Sandbox } from '../src/sandbox.ts'

export interface LedgerEvent {
  readonly type: string
  readonly id: string | undefined
  readonly entry: LedgerEntry
}

/** Reads server-sent events of the ledger, as an `EventSource` would. */
export async function* readEvents(sandbox: Sandbox, lastEventId?: string): AsyncGenerator<LedgerEvent, void> {
  const headers: Record<string, string> = lastEventId === undefined ? {} : { 'last-event-id': lastEventId }
  const response = await sandbox.fetch('http://127.0.0.1/__sandbox/ledger/stream', { headers })
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    const blocks = text.split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) {
      const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1]
      const type = field('event')
      if (type !== undefined) yield { type, id: field('id'), entry: JSON.parse(field('data') ?? 'null') }
    }
  }
}

/** Takes events until one fits, and goes away then. */
export async function readUntil(
  events: AsyncGenerator<LedgerEvent, void>,
  fits: (event: LedgerEvent) => boolean,
): Promise<LedgerEvent[]> {
  const taken: LedgerEvent[] = []
  for await (const event of events) {
    taken.push(event)
    if (fits(event)) return taken
  }
  return taken
}
