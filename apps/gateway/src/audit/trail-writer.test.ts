import { createFakeClock } from '@grantkit/auth-core/testing'
import { createMemoryStore } from '@grantkit/auth-core/stores/memory'
import { describe, expect, it } from 'vitest'
import type { AuditEvent } from './audit-event.ts'
import { findFaults } from './chain.ts'
import { createTrail } from './trail.ts'
import { createTrailWriter, type AuditAnchor } from './trail-writer.ts'

const acme = ['tenant', 'acme'] as const
const event = (atMs: number): AuditEvent => ({ action: 'app_written', result: 'done', atMs, tenant: 'acme' })

/** Does something after so many turns of waiting promises. */
async function later(turns: number, act: () => void): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await Promise.resolve()
  act()
}

function openWriters(count: number) {
  const clock = createFakeClock()
  const memory = createMemoryStore({ clock })
  let isAway = false
  const trail = createTrail(
    { ...memory, write: (...step) => (isAway ? Promise.reject(new Error('away')) : memory.write(...step)) },
    { keptMs: 60_000 },
  )
  const anchors: AuditAnchor[] = []
  let lost = 0
  const ports = {
    trail,
    clock,
    onAnchor: (anchor: AuditAnchor) => anchors.push(anchor),
    onLost: () => void (lost += 1),
  }
  const writers = Array.from({ length: count }, () => createTrailWriter(ports))
  const written = async (): Promise<readonly number[]> => {
    const { entries } = await trail.read(acme)
    return entries.flatMap(({ entry }) => entry?.events.map(({ atMs }) => atMs) ?? [])
  }
  return { clock, trail, writers, anchors, written, lost: () => lost, setAway: (to: boolean) => void (isAway = to) }
}

describe('the writers of a trail', () => {
  it('append what several of them are told at once, each event once, to one chain without a fault', async () => {
    const { trail, writers, written } = openWriters(4)
    for (let at = 0; at < 400; at++) {
      writers[at % 4]!.tell(event(at))
      if (at % 50 === 0) await Promise.resolve()
    }
    await Promise.all(writers.map((writer) => writer.close()))
    expect((await written()).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 400 }, (_, at) => at))
    expect(findFaults(await trail.read(acme))).toEqual([])
  })

  it('write what comes together as one entry, and keep its order', async () => {
    const { trail, writers, written } = openWriters(1)
    for (let at = 0; at < 150; at++) writers[0]!.tell(event(at))
    await writers[0]!.close()
    expect(await written()).toEqual(Array.from({ length: 150 }, (_, at) => at))
    expect((await trail.read(acme)).entries.length).toBe(2)
  })

  it('hold what a store that is away does not take, up to a limit, and write it later', async () => {
    const { clock, writers, written, lost, setAway } = openWriters(1)
    const [writer] = writers
    setAway(true)
    for (let at = 0; at < 10_005; at++) writer!.tell(event(at))
    await writer!.close()
    expect([await written(), lost()]).toEqual([[], 5])
    setAway(false)
    await clock.advance(1_000)
    await writer!.close()
    expect((await written()).length).toBe(10_000)
  })

  it('give the end of a chain away from time to time', async () => {
    const { trail, writers, anchors } = openWriters(1)
    for (let at = 0; at < 200; at++) {
      writers[0]!.tell(event(at))
      await writers[0]!.close()
    }
    expect(anchors.map(({ seq, tenant }) => [seq, tenant])).toEqual([
      [100, 'acme'],
      [200, 'acme'],
    ])
    expect(findFaults({ ...(await trail.read(acme)), anchors })).toEqual([])
  })

  it('write what they are told in the moment in which they have just finished', async () => {
    for (let turns = 0; turns < 12; turns++) {
      const written: AuditEvent[] = []
      const append = async (_: unknown, events: readonly AuditEvent[]) => {
        written.push(...events)
        if (written.length === 1) void later(turns, () => writer.tell(event(2)))
        return { seq: written.length, hash: '', keptUntilMs: 0 }
      }
      const ports = { clock: createFakeClock(), onAnchor: () => undefined, onLost: () => undefined }
      const writer = createTrailWriter({ trail: { append }, ...ports })
      writer.tell(event(1))
      await new Promise((resolve) => setImmediate(resolve))
      expect([turns, written.map(({ atMs }) => atMs)]).toEqual([turns, [1, 2]])
    }
  })

  it('store nothing of strangers, who could fill the store', async () => {
    const { trail, writers } = openWriters(1)
    writers[0]!.tell({ action: 'denied', result: 'refused', atMs: 1, route: '/me' })
    await writers[0]!.close()
    expect(await trail.chains()).toEqual([])
  })

  it('forget what was kept long enough', async () => {
    const { clock, trail, writers } = openWriters(1)
    writers[0]!.tell(event(1))
    await writers[0]!.close()
    await clock.advance(60_000)
    const onRecord = await trail.read(acme)
    expect([onRecord.entries, findFaults(onRecord)]).toEqual([[], []])
  })
})
