import { CalendarSyncError } from '../errors.ts'
import { linkKey } from '../keys.ts'
import { tombstoneMs, type Link } from '../link.ts'
import { changeReading, changeRecord, readRecord } from '../records.ts'
import type { SyncContext } from '../sync-context.ts'
import { wantedBy } from './carry-out.ts'
import { dueInMs, isClaimedBy, settle, withClaim, type Outcome, type OutboxEntry } from './outbox-entry.ts'

/** An entry that nobody else carries out while this holds it, and its link. */
export interface ClaimedEntry {
  readonly entry: OutboxEntry
  readonly wanted: Awaited<ReturnType<typeof wantedBy>>
  readonly link: Link | undefined
  /** The store's clock when it was claimed. */
  readonly nowMs: number
  /** Makes the claim outlast one more call. Throws {@link ClaimLost}. */
  hold(): Promise<void>
  /** Saves what is known of the event. Throws {@link ClaimLost}. */
  remember(link: Link): Promise<void>
  /** Ends the claim, and gives what is left of the entry. Does nothing if somebody has taken it over. */
  release(outcome: Outcome): Promise<OutboxEntry | undefined>
}

/** Somebody else carries the entry out: this process stood still for too long. */
export class ClaimLost extends CalendarSyncError {
  constructor() {
    super('store_failed', 'Somebody else has taken the work over.', { retryable: true })
  }
}

/** A claim outlasts the call it was made for by this. */
const claimSlackMs = 5_000

/** Claims an entry if it is due; else tells in how many milliseconds it will be, and nothing for one that is gone or dead. */
export async function claimEntry(
  context: SyncContext,
  key: string,
): Promise<ClaimedEntry | { readonly dueInMs: number | undefined }> {
  const { store, clock, callTimeoutMs } = context
  const claimMs = callTimeoutMs + claimSlackMs
  const startMs = clock.monotonicMs()
  const reading = await readRecord<OutboxEntry>(store, key)
  const { value, nowMs } = reading
  if (value === undefined) return { dueInMs: undefined }
  const waitMs = dueInMs(value, nowMs, claimMs)
  if (waitMs !== 0) return { dueInMs: waitMs }
  const { user, eventId } = value
  let linked = await readRecord<Link>(store, linkKey(user, eventId))
  const wanted = await wantedBy(value)
  const holder = crypto.randomUUID()
  const entry = withClaim(value, { holder, untilMs: nowMs + claimMs }, wanted)
  const claimed = await changeReading(store, key, reading, { put: entry })
  if (claimed === 'conflict') return { dueInMs: 0 }
  let heldUntilMs = startMs + claimMs

  async function hold(): Promise<void> {
    const atMs = clock.monotonicMs()
    if (heldUntilMs - atMs >= callTimeoutMs) return
    const renewed = await changeRecord<OutboxEntry>(store, key, (current, laterMs) =>
      isClaimedBy(current, holder) ? { put: { ...current, claim: { holder, untilMs: laterMs + claimMs } } } : 'keep',
    )
    if (!isClaimedBy(renewed, holder)) throw new ClaimLost()
    heldUntilMs = atMs + claimMs
  }

  async function remember(next: Link): Promise<void> {
    const expiry = next.state === 'deleted' ? { expiresInMs: tombstoneMs } : {}
    const saved = await changeReading(store, linkKey(user, eventId), linked, { put: next, ...expiry })
    if (saved === 'conflict') throw new ClaimLost()
    linked = saved
  }

  async function release(outcome: Outcome): Promise<OutboxEntry | undefined> {
    const { tries } = context
    return changeRecord<OutboxEntry>(store, key, (current, laterMs) => {
      if (!isClaimedBy(current, holder)) return 'keep'
      const left = settle(current, { wishId: entry.wish.id, outcome, tries, nowMs: laterMs })
      return left === undefined ? 'remove' : { put: left }
    })
  }

  return { entry: { ...entry, sent: value.sent }, wanted, link: linked.value, nowMs, hold, remember, release }
}
