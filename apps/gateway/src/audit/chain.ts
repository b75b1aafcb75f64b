import { createHash } from 'node:crypto'
import type { AuditEvent } from './audit-event.ts'

/** What a later entry says of the one before it. */
export interface Link {
  readonly seq: number
  readonly hash: string
  /** In the store's time; then the entry may be gone. */
  readonly keptUntilMs: number
}

/** Events that were written down together, chained to all before them: to change one is to change every later hash. */
export interface ChainEntry extends Link {
  readonly previous?: Omit<Link, 'seq'>
  readonly events: readonly AuditEvent[]
}

/** Something about a chain that should not be. */
export interface ChainFault {
  /** The entry that is wrong; of several that are missing, the last. */
  readonly seq: number
  readonly problem: 'missing' | 'changed' | 'not_linked' | 'unreadable' | 'not_anchored'
}

export function entryAfter(previous: Link | undefined, events: readonly AuditEvent[], keptUntilMs: number): ChainEntry {
  const seq = (previous?.seq ?? 0) + 1
  const link = previous && { previous: { hash: previous.hash, keptUntilMs: previous.keptUntilMs } }
  const content = { seq, ...link, keptUntilMs, events }
  return { ...content, hash: hashOf(content) }
}

/** What lies in the store under the number of an entry; `undefined`: it cannot be opened or read. */
export interface StoredEntry {
  readonly seq: number
  readonly entry: ChainEntry | undefined
}

export interface ChainOnRecord {
  /** By their numbers, ascending. */
  readonly entries: readonly StoredEntry[]
  /** The newest entry, as is noted beside the chain. */
  readonly head: Link | undefined
  /** The store's time. */
  readonly nowMs: number
  /** Hashes of entries that somebody has noted elsewhere. */
  readonly anchors?: readonly Pick<Link, 'seq' | 'hash'>[]
}

/** Finds what was changed, put in or taken out. What is missing because its time is over is as it should be. */
export function findFaults({ entries, head, nowMs, anchors = [] }: ChainOnRecord): readonly ChainFault[] {
  const faults: ChainFault[] = []
  let last: StoredEntry | undefined
  for (const stored of entries) {
    faults.push(...faultsOf(stored, last, nowMs))
    last = stored
  }
  const lastSeq = last?.seq ?? 0
  if (head !== undefined && lastSeq < head.seq && nowMs < head.keptUntilMs) {
    faults.push({ seq: head.seq, problem: 'missing' })
  }
  const known = new Map(entries.map(({ seq, entry }) => [seq, entry?.hash]))
  if (head !== undefined && known.has(head.seq) && known.get(head.seq) !== head.hash) {
    faults.push({ seq: head.seq, problem: 'not_linked' })
  }
  for (const { seq, hash } of anchors) {
    const isKept = known.has(seq) || seq > lastSeq
    if (isKept && known.get(seq) !== hash) faults.push({ seq, problem: 'not_anchored' })
  }
  return faults
}

function faultsOf({ seq, entry }: StoredEntry, before: StoredEntry | undefined, nowMs: number): readonly ChainFault[] {
  if (entry === undefined) return [{ seq, problem: 'unreadable' }]
  const { hash, ...content } = entry
  if (content.seq !== seq || hashOf(content) !== hash) return [{ seq, problem: 'changed' }]
  if (before?.seq === seq - 1) {
    const isLinked = before.entry === undefined || before.entry.hash === entry.previous?.hash
    return isLinked ? [] : [{ seq, problem: 'not_linked' }]
  }
  const isBegin = seq === 1 || (entry.previous !== undefined && entry.previous.keptUntilMs <= nowMs)
  return isBegin ? [] : [{ seq: seq - 1, problem: 'missing' }]
}

/** Of the members in their order: JSON keeps it on its way through the store. */
function hashOf({ seq, previous, keptUntilMs, events }: Omit<ChainEntry, 'hash'>): string {
  const text = JSON.stringify([seq, previous?.hash ?? null, previous?.keptUntilMs ?? null, keptUntilMs, events])
  return createHash('sha256').update(text).digest('hex')
}
