import { factsOf, type Fault, type HistoryLine, type RecordFacts, type Version } from '@grantkit/history'
import { createMemoryStore } from '@grantkit/auth-core/stores/memory'
import type { Store } from '@grantkit/auth-core'
import type { Scenario } from './scenario.ts'
import { stepBetween } from './step-between.ts'
import { createTimeline, type Timeline } from './timeline.ts'
import { createTokenServer, type TokenServer } from './token-server.ts'

/** What all processes of one history share, and the record of what they do. */
export interface World {
  readonly scenario: Scenario
  readonly timeline: Timeline
  readonly server: TokenServer
  /** The store itself; each process has its own way to it. */
  readonly store: Store
  readonly lines: HistoryLine[]
  readonly versions: Version[]
  /** What lies on the disk of each process's machine and outlives it. */
  readonly hosts: Map<number, Store>
  /** How often each fault, step and outcome occurred. */
  readonly coverage: Map<string, number>
  /** The story for people; absent: nobody reads it. */
  readonly trace?: string[]
  /** Nothing is disturbed any more. */
  isHealed: boolean
  /** What was added to the store's clock. */
  storeOffsetMs: number
  /** Number of the token request that comes next. */
  nextRequest: number
  say(text: () => string): void
  count(name: string): void
  /** Plays a fault: counts it and says so; `checked` also tells the checker. */
  fault(name: string, checked?: { fault: Fault; worker?: string; request?: string }): void
  /** Notes that a value is in the store now. */
  wrote(worker: string | undefined, version: string, record: RecordFacts, value: string): void
  /** The store forgets its last writes, as after a fail-over or from an old backup. */
  rollBack(versions: number): void
  /** What must never happen, whatever goes wrong. */
  readonly surprises: string[]
  /** The key of the grant, once it is known. */
  key?: string
  /** A short name for a random id, by first appearance. */
  nameOf(id: string): string
  /** Remembers which generation an access token belongs to. */
  readonly generations: Map<string, number>
}

export function createWorld(scenario: Scenario, options: { trace: boolean }): World {
  const timeline = createTimeline()
  const coverage = new Map<string, number>()
  const names = new Map<string, string>()
  const values: string[] = []
  const trace: string[] | undefined = options.trace ? [] : undefined
  const world: World = {
    scenario,
    timeline,
    server: createTokenServer(scenario),
    store: createMemoryStore({ clock: { wallMs: () => storeNowMs(world) } }),
    hosts: new Map(),
    lines: [],
    versions: [],
    coverage,
    ...(trace === undefined ? {} : { trace }),
    isHealed: false,
    storeOffsetMs: 0,
    nextRequest: 0,
    generations: new Map(),
    surprises: [],
    nameOf(id) {
      const name = names.get(id) ?? `c${names.size + 1}`
      names.set(id, name)
      return name
    },
    say(text) {
      trace?.push(`${(timeline.nowMs / 1000).toFixed(3).padStart(9)} s  ${text()}`)
    },
    count(name) {
      coverage.set(name, (coverage.get(name) ?? 0) + 1)
    },
    fault(name, checked) {
      world.count(`fault: ${name}`)
      if (checked !== undefined) world.lines.push({ kind: 'fault', ...checked })
    },
    wrote(worker, version, record, value) {
      values.push(value)
      const before = world.versions.at(-1)
      world.versions.push({ version, record, ...(worker === undefined ? {} : { worker }) })
      if (worker === undefined) return
      for (const step of stepBetween(before?.record, record)) world.count(`step: ${step}`)
    },
    rollBack(count) {
      const value = values.at(-1 - count)
      const { key } = world
      if (value === undefined || key === undefined) return
      world.fault('store rolls back', { fault: 'store_lost_writes' })
      world.say(() => `the store forgets its last ${count} writes`)
      timeline.hold(restore(world, key, value))
    },
  }
  return world
}

async function restore(world: World, key: string, value: string): Promise<void> {
  const { entry } = await world.store.read(key)
  const written = await world.store.write(key, value, { ifVersion: entry?.version ?? null })
  if (written !== 'conflict') world.wrote(undefined, written.version, toFacts(value), value)
}

/** The store's clock. */
export function storeNowMs({ timeline, storeOffsetMs }: World): number {
  return wallMs(timeline) + storeOffsetMs
}

/** The clock on the wall, which processes read unless theirs was moved. */
export function wallMs({ nowMs }: Timeline): number {
  return Date.UTC(2026, 0, 1) + nowMs
}

/** Tokens of the simulation are names already. */
export function toFacts(value: string): RecordFacts {
  return factsOf(value, (name) => name)
}
