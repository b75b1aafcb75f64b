import { describe, expect, it } from 'vitest'
import type { AuditEvent } from './audit-event.ts'
import { entryAfter, findFaults, type ChainEntry, type ChainOnRecord } from './chain.ts'

const nowMs = 1_000
const event = (atMs: number): AuditEvent => ({ action: 'app_written', result: 'done', atMs, tenant: 'acme' })

/** Five entries, of which each is kept for as long. */
function chain(): ChainEntry[] {
  const entries: ChainEntry[] = []
  for (let at = 1; at <= 5; at++) entries.push(entryAfter(entries.at(-1), [event(at), event(at)], 10_000 + at))
  return entries
}

function onRecord(entries: readonly ChainEntry[], change: Partial<ChainOnRecord> = {}): ChainOnRecord {
  const stored = entries.map((entry) => ({ seq: entry.seq, entry: JSON.parse(JSON.stringify(entry)) as ChainEntry }))
  return { entries: stored, head: chain()[4], nowMs, ...change }
}

describe('a chain', () => {
  it('that is as it was written has no fault', () => {
    expect(findFaults(onRecord(chain()))).toEqual([])
    expect(findFaults({ entries: [], head: undefined, nowMs })).toEqual([])
  })

  it.each<[string, (entries: ChainEntry[]) => ChainEntry[], unknown]>([
    [
      'an event was changed',
      (all) => all.with(2, { ...all[2]!, events: [event(99)] }),
      [{ seq: 3, problem: 'changed' }],
    ],
    ['an event was taken out', (all) => all.with(2, { ...all[2]!, events: [] }), [{ seq: 3, problem: 'changed' }]],
    [
      'the time it is kept was changed',
      (all) => all.with(2, { ...all[2]!, keptUntilMs: 1 }),
      [{ seq: 3, problem: 'changed' }],
    ],
    ['an entry was taken out', (all) => all.toSpliced(2, 1), [{ seq: 3, problem: 'missing' }]],
    ['the first one was taken out', (all) => all.slice(1), [{ seq: 1, problem: 'missing' }]],
    ['the last one was taken out', (all) => all.slice(0, -1), [{ seq: 5, problem: 'missing' }]],
    ['all were taken out', () => [], [{ seq: 5, problem: 'missing' }]],
    [
      'an entry was written anew, with a hash of its own',
      (all) => all.with(2, entryAfter(all[1], [event(99)], 10_003)),
      [{ seq: 4, problem: 'not_linked' }],
    ],
    [
      'the last one was written anew',
      (all) => all.with(4, entryAfter(all[3], [event(99)], 10_005)),
      [{ seq: 5, problem: 'not_linked' }],
    ],
  ])('tells which entry is wrong when %s', (_, change, faults) => {
    expect(findFaults(onRecord(change(chain())))).toEqual(faults)
  })

  it('tells of an entry that cannot be opened', () => {
    const record = onRecord(chain())
    const entries = record.entries.with(1, { seq: 2, entry: undefined })
    expect(findFaults({ ...record, entries })).toEqual([{ seq: 2, problem: 'unreadable' }])
  })

  it('may lack what was kept long enough, and nothing else', () => {
    const late = { nowMs: 10_002 }
    expect(findFaults(onRecord(chain().slice(2), late))).toEqual([])
    expect(findFaults(onRecord(chain().slice(3), late))).toEqual([{ seq: 3, problem: 'missing' }])
    expect(findFaults(onRecord([], { nowMs: 10_005 }))).toEqual([])
  })

  it('that was written anew as a whole is told from what was noted elsewhere', () => {
    const anew: ChainEntry[] = []
    for (let at = 1; at <= 5; at++) anew.push(entryAfter(anew.at(-1), [event(99)], 10_000 + at))
    const anchors = [{ seq: 3, hash: chain()[2]!.hash }]
    expect(findFaults(onRecord(anew, { head: anew[4] }))).toEqual([])
    expect(findFaults(onRecord(anew, { head: anew[4], anchors }))).toEqual([{ seq: 3, problem: 'not_anchored' }])
    expect(findFaults(onRecord(chain(), { anchors }))).toEqual([])
    const shortened = onRecord(chain().slice(0, 2), { head: chain()[1], anchors })
    expect(findFaults(shortened)).toEqual([{ seq: 3, problem: 'not_anchored' }])
  })
})
