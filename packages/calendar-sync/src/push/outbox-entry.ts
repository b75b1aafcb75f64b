import type { GoogleFields } from '../event/google-fields.ts'
import type { Fingerprints } from '../link.ts'

/** What the app wants of one event. Each has an id of its own, so that one that was overtaken is not taken for the newest. */
export type Wish =
  | { readonly id: string; readonly kind: 'upsert'; readonly fields: GoogleFields; readonly onlyIfNew?: true }
  | { readonly id: string; readonly kind: 'delete' }

/** Why an event is not tried any more. */
export interface DeadLetter {
  /** Google's reason, or the code of an error. */
  readonly code: string
  readonly status?: number
  readonly atMs: number
}

/** What one event still needs: only the newest wish, so that many edits are one request and none overtakes another. */
export interface OutboxEntry {
  readonly user: string
  readonly eventId: string
  readonly wish: Wish
  readonly queuedAtMs: number
  /** How often the wish has failed. */
  readonly failures: number
  /** Not before this instant of the store's clock. 0: at once. */
  readonly dueAtMs: number
  /** By member: what may have reached Google although no answer told so. Nobody else wrote that. */
  readonly sent: Readonly<Record<string, readonly string[]>>
  /** Whoever carries it out, and until when nobody else does. */
  readonly claim?: { readonly holder: string; readonly untilMs: number }
  readonly dead?: DeadLetter
}

/** How carrying a wish out ended. */
export type Outcome =
  | { readonly kind: 'done' }
  /** Not the event's fault, such as a user who has to sign in again: it waits without being counted. */
  | { readonly kind: 'waits'; readonly untilMs: number }
  | { readonly kind: 'failed'; readonly code: string; readonly status?: number; readonly retryInMs: number }
  /** Trying again would change nothing. */
  | { readonly kind: 'refused'; readonly code: string; readonly status?: number }

/** The longest that anything waits. Instants further ahead come from a clock that has gone back since. */
export const longestWaitMs: number = 2 * 3600_000

/** Takes a new wish in. The claim stays: whoever carries the old one out goes on alone. */
export function accept(
  entry: OutboxEntry | undefined,
  wish: { readonly user: string; readonly eventId: string; readonly wish: Wish },
  nowMs: number,
): OutboxEntry {
  const { sent = {}, claim, queuedAtMs = nowMs } = entry ?? {}
  return { ...wish, queuedAtMs, failures: 0, dueAtMs: 0, sent, ...(claim === undefined ? {} : { claim }) }
}

/** Tells in how many milliseconds an entry may be claimed; nothing if it is dead. `claimMs`: how long claims last. */
export function dueInMs({ dead, dueAtMs, claim }: OutboxEntry, nowMs: number, claimMs: number): number | undefined {
  if (dead !== undefined) return undefined
  return Math.max(aheadMs(dueAtMs, nowMs, longestWaitMs), aheadMs(claim?.untilMs ?? 0, nowMs, claimMs))
}

/** Tells how far ahead an instant is; not at all if it is further than it can have been set. */
export function aheadMs(atMs: number, nowMs: number, longestMs: number): number {
  const ms = atMs - nowMs
  return ms <= longestMs ? Math.max(0, ms) : 0
}

/** Claims an entry that is due, and notes beforehand what it is about to send. */
export function withClaim(
  entry: OutboxEntry,
  { holder, untilMs }: { readonly holder: string; readonly untilMs: number },
  fingerprints: Fingerprints,
): OutboxEntry {
  const sent: Record<string, readonly string[]> = { ...entry.sent }
  for (const [member, fingerprint] of Object.entries(fingerprints)) {
    sent[member] = [...new Set([...(sent[member] ?? []), fingerprint])]
  }
  return { ...entry, sent, claim: { holder, untilMs } }
}

export function isClaimedBy(entry: OutboxEntry | undefined, holder: string): entry is OutboxEntry {
  return entry?.claim?.holder === holder
}

/**
 * Ends the claim by how it went; nothing is left of an entry that is done. An outcome says nothing about a wish that
 * came meanwhile, which is due at once, except that all users' events wait together.
 */
export function settle(
  entry: OutboxEntry,
  { wishId, outcome, tries, nowMs }: { wishId: string; outcome: Outcome; tries: number; nowMs: number },
): OutboxEntry | undefined {
  const { claim: _, ...free } = entry
  const isNewest = entry.wish.id === wishId
  switch (outcome.kind) {
    case 'done':
      return isNewest ? undefined : { ...free, sent: {} }
    case 'waits':
      return { ...free, dueAtMs: outcome.untilMs }
    case 'refused':
      return isNewest ? bury(free, outcome, nowMs) : free
    case 'failed': {
      if (!isNewest) return free
      const failures = entry.failures + 1
      if (failures >= tries) return bury({ ...free, failures }, outcome, nowMs)
      return { ...free, failures, dueAtMs: nowMs + outcome.retryInMs }
    }
  }
}

/** Brings a dead entry back, as if it had just been queued. */
export function revive(entry: OutboxEntry): OutboxEntry {
  const { dead: _, ...alive } = entry
  return { ...alive, failures: 0, dueAtMs: 0 }
}

function bury(
  entry: OutboxEntry,
  { code, status }: { readonly code: string; readonly status?: number },
  nowMs: number,
): OutboxEntry {
  return { ...entry, dead: { code, ...(status === undefined ? {} : { status }), atMs: nowMs } }
}
