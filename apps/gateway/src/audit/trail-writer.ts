import type { Clock } from '@grantkit/auth-core'
import type { AuditEvent } from './audit-event.ts'
import type { Link } from './chain.ts'
import { chainOf, type ChainName, type Trail } from './trail.ts'

/** The end of a chain, to be noted where nobody who can write the store can write. */
export interface AuditAnchor extends Pick<Link, 'seq' | 'hash'> {
  readonly tenant?: string
}

/** Writes events down behind the requests that cause them. */
export interface TrailWriter {
  tell(event: AuditEvent): void
  /** Waits until everything is written that the store takes now. */
  close(): Promise<void>
}

export interface TrailWriterPorts {
  readonly trail: Pick<Trail, 'append'>
  readonly clock: Pick<Clock, 'setTimer'>
  readonly onAnchor: (anchor: AuditAnchor) => void
  /** Told how many events had to be given up: the store was away for too long. */
  readonly onLost: (count: number) => void
}

interface Line {
  readonly chain: ChainName
  waiting: AuditEvent[]
  writing?: Promise<void>
  /** The store did not take it; it is tried again in a moment. */
  isPaused?: boolean
}

const together = 100
const waitingAtMost = 10_000
const retryMs = 1_000
const anchorEvery = 100

export function createTrailWriter({ trail, clock, onAnchor, onLost }: TrailWriterPorts): TrailWriter {
  const lines = new Map<string, Line>()

  /** One write of each chain at a time, of all that has come up since the last one. */
  async function write(line: Line): Promise<void> {
    while (line.waiting.length > 0) {
      const events = line.waiting.slice(0, together)
      const { seq, hash } = await trail.append(line.chain, events)
      line.waiting = line.waiting.slice(events.length)
      const [, tenant] = line.chain
      if (seq % anchorEvery === 0) onAnchor({ seq, hash, ...(tenant === undefined ? {} : { tenant }) })
    }
  }

  function start(name: string, line: Line): Promise<void> {
    line.writing ??= Promise.resolve()
      .then(() => write(line))
      .finally(() => delete line.writing)
      .then(
        () => {
          if (line.waiting.length === 0) lines.delete(name)
          else void start(name, line)
        },
        () => pause(name, line),
      )
    return line.writing
  }

  function pause(name: string, line: Line): void {
    if (line.isPaused) return
    line.isPaused = true
    const resume = (): void => {
      line.isPaused = false
      void start(name, line)
    }
    clock.setTimer(resume, retryMs, { background: true })
  }

  return {
    tell(event) {
      const chain = chainOf(event)
      if (chain === undefined) return
      const name = chain.join('/')
      const line = lines.get(name) ?? { chain, waiting: [] }
      lines.set(name, line)
      if (line.waiting.length >= waitingAtMost) return onLost(1)
      line.waiting.push(event)
      if (!line.isPaused) void start(name, line)
    },
    async close() {
      await Promise.all([...lines].map(([name, line]) => start(name, line)))
    },
  }
}
