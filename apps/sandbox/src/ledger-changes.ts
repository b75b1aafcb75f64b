import { randomUUID } from 'node:crypto'
import type { LedgerEntry } from './ledger.ts'

/** Hears of everything that happens to a ledger. */
export interface LedgerFollower {
  changed(change: LedgerChange): void
  /** The ledger was emptied. */
  restarted(): void
  /** Nothing will happen any more. */
  ended(): void
}

/** An entry that is new or has changed. */
export interface LedgerChange {
  /** Where a follower who has heard this goes on. */
  readonly position: string
  readonly entry: LedgerEntry
}

/** The order in which entries last changed, for followers who come late or come back. */
export interface LedgerChanges {
  add(entry: LedgerEntry): void
  /** Tells followers that an entry changed; one from before the last restart is nobody's business. */
  changed(entry: LedgerEntry): void
  restart(): void
  end(): void
  /**
   * Tells a follower of each entry that changed after the position, once, and of all that happens from now on. After a
   * position of another run it starts anew, with `restarted`. Returns how to stop.
   */
  follow(follower: LedgerFollower, position?: string): () => void
}

export function createLedgerChanges(): LedgerChanges {
  const followers = new Set<LedgerFollower>()
  // In the order of their last change.
  const numbers = new Map<LedgerEntry, number>()
  let run = randomUUID()
  let count = 0

  function add(entry: LedgerEntry): void {
    numbers.delete(entry)
    count += 1
    numbers.set(entry, count)
    const change = { position: `${run}.${count}`, entry }
    for (const follower of followers) follower.changed(change)
  }

  function readPosition(position: string): number | undefined {
    const [ofRun, number] = position.split('.')
    return ofRun === run && /^\d{1,15}$/.test(number ?? '') ? Number(number) : undefined
  }

  return {
    add,
    changed(entry) {
      if (numbers.has(entry)) add(entry)
    },
    restart() {
      numbers.clear()
      count = 0
      run = randomUUID()
      for (const follower of followers) follower.restarted()
    },
    end() {
      for (const follower of followers) follower.ended()
      followers.clear()
    },
    follow(follower, position) {
      const after = position === undefined ? 0 : readPosition(position)
      if (after === undefined) follower.restarted()
      for (const [entry, number] of numbers) {
        if (number > (after ?? 0)) follower.changed({ position: `${run}.${number}`, entry })
      }
      followers.add(follower)
      return () => followers.delete(follower)
    },
  }
}
