import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Fingerprints } from '../link.ts'
import {
  beginPush,
  continuePush,
  type Answer,
  type ConflictWinner,
  type KnownLink,
  type Policies,
  type Remote,
  type Step,
} from './next-step.ts'
import { accept, settle, withClaim, type OutboxEntry, type Wish } from './outbox-entry.ts'

/** A calendar reduced to what counts here: ids are generations, and a deleted event keeps its own. */
interface StoredEvent {
  readonly fingerprints: Fingerprints
  readonly guests: number
  readonly etag: string
  readonly isCancelled: boolean
}

interface World {
  readonly google: Map<number, StoredEvent>
  entry: OutboxEntry | undefined
  link: KnownLink | undefined
  version: number
  wishes: number
}

const members = ['summary', 'start', 'description'] as const
const fingerprints = fc.record(
  { summary: fc.constantFrom('a', 'b', 'c'), start: fc.constantFrom('1', '2'), description: fc.constantFrom('x', 'y') },
  { requiredKeys: ['summary', 'start'] },
)

type Action =
  | { readonly type: 'wish'; readonly wanted: Fingerprints | undefined }
  /**
   * Works until so many steps are done, and dies then, before or after the last one is processed. Nothing arrives later
   * than that: a claim outlasts the call it was made for.
   */
  | { readonly type: 'crash'; readonly steps: number; readonly processed: boolean }
  | { readonly type: 'work' }
  | { readonly type: 'person_edits'; readonly member: string; readonly value: string }
  | { readonly type: 'person_invites' }
  | { readonly type: 'person_deletes' }

const actions: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ type: fc.constant('wish' as const), wanted: fc.option(fingerprints, { nil: undefined }) }),
  fc.record({ type: fc.constant('crash' as const), steps: fc.nat(6), processed: fc.boolean() }),
  fc.constant({ type: 'work' as const }),
  fc.record({
    type: fc.constant('person_edits' as const),
    member: fc.constantFrom(...members),
    value: fc.constantFrom('p', 'q'),
  }),
  fc.constant({ type: 'person_invites' as const }),
  fc.constant({ type: 'person_deletes' as const }),
)

const policies = fc.record({
  conflict: fc.constantFrom<Policies['conflict']>('ours', 'theirs', 'ask'),
  whenGone: fc.constantFrom<Policies['whenGone']>('recreate', 'forget'),
})

const alive = ({ google }: World): [number, StoredEvent][] => [...google].filter(([, { isCancelled }]) => !isCancelled)

/** What is not there and what is empty are the same to Google. */
function remoteOf({ etag, isCancelled, fingerprints: written }: StoredEvent): Remote {
  const all = Object.fromEntries(members.map((member) => [member, written[member] ?? '']))
  return { etag, isCancelled, fingerprints: all }
}

/** A write that changes nothing keeps the version. */
function put(world: World, id: number, next: Partial<StoredEvent>): StoredEvent {
  const before = world.google.get(id) ?? { fingerprints: {}, guests: 0, etag: '', isCancelled: false }
  const after = { ...before, ...next }
  if (JSON.stringify(after) !== JSON.stringify(before)) world.version += 1
  const stored = { ...after, etag: String(world.version) }
  world.google.set(id, stored)
  return stored
}

/** Answers as Google does. */
function process(
  world: World,
  step: Step,
  at: { generation: number; wanted: Fingerprints; theirs: readonly string[] },
): Answer {
  const { generation, wanted, theirs } = at
  const there = world.google.get(generation)
  switch (step.do) {
    case 'insert':
      if (there !== undefined) return { to: 'insert', refused: 'taken' }
      return { to: 'insert', remote: remoteOf(put(world, generation, { fingerprints: wanted })) }
    case 'read':
      return there === undefined ? { to: 'read', refused: 'gone' } : { to: 'read', remote: remoteOf(there) }
    case 'patch': {
      if (there === undefined) return { to: 'patch', refused: 'gone' }
      if (there.etag !== step.etag) return { to: 'patch', refused: 'overtaken' }
      const written = Object.entries(wanted).filter(([member]) => !theirs.includes(member))
      const cleared = step.clear.map((member) => [member, ''] as const)
      const next = { ...there.fingerprints, ...Object.fromEntries([...written, ...cleared]) }
      return { to: 'patch', remote: remoteOf(put(world, generation, { fingerprints: next })) }
    }
    case 'delete':
      if (there === undefined || there.isCancelled) return { to: 'delete', refused: 'gone' }
      if (there.etag !== step.etag) return { to: 'delete', refused: 'overtaken' }
      put(world, generation, { isCancelled: true })
      return { to: 'delete' }
    case 'remember':
      world.link = step.link
      return { to: 'remember' }
    case 'ask':
      return { to: 'ask', winner: 'theirs' satisfies ConflictWinner, members: step.members, remote: step.remote }
    default:
      throw new Error(`not a request: ${step.do}`)
  }
}

function work(world: World, policy: Policies, crash?: Extract<Action, { type: 'crash' }>): void {
  const { entry } = world
  if (entry === undefined) return
  const wanted = entry.wish.kind === 'delete' ? {} : ((entry.wish.fields as unknown as Fingerprints) ?? {})
  const untilMs = 1
  world.entry = withClaim(entry, { holder: 'worker', untilMs }, wanted)
  let left = crash?.steps ?? Infinity
  const link = world.link === undefined ? {} : { link: world.link }
  let next = beginPush({ wish: entry.wish, wanted, sent: entry.sent, calendarId: 'primary', policies: policy, ...link })
  for (;;) {
    const { step, push } = next
    if (step.do === 'give_up') throw new Error('gave up')
    if (step.do === 'finish') {
      if (left-- <= 0) return
      world.link = step.link
      if (left-- <= 0) return
      world.entry = settle(world.entry, { wishId: entry.wish.id, outcome: { kind: 'done' }, tries: 3, nowMs: 0 })
      return
    }
    const at = { generation: push.generation, wanted, theirs: push.theirs }
    const isLast = left-- <= 0
    if (isLast && crash?.processed !== true) return
    const answer = process(world, step, at)
    if (isLast) return
    next = continuePush(push, answer)
  }
}

function act(world: World, action: Action, policy: Policies): void {
  const [[id, there] = []] = alive(world)
  switch (action.type) {
    case 'wish': {
      const { wanted } = action
      world.wishes += 1
      const wishId = String(world.wishes)
      const wish = (
        wanted === undefined ? { id: wishId, kind: 'delete' } : { id: wishId, kind: 'upsert', fields: wanted }
      ) as Wish
      world.entry = accept(world.entry, { user: 'ada', eventId: '1', wish }, 0)
      return
    }
    case 'work':
      return work(world, policy)
    case 'crash':
      return work(world, policy, action)
    default:
      if (id === undefined || there === undefined) return
      if (action.type === 'person_deletes') put(world, id, { isCancelled: true })
      else if (action.type === 'person_invites') put(world, id, { guests: there.guests + 1 })
      else put(world, id, { fingerprints: { ...there.fingerprints, [action.member]: action.value } })
  }
}

function play(script: readonly Action[], policy: Policies): World {
  const world: World = {
    google: new Map(),
    entry: undefined,
    link: undefined,
    version: 0,
    wishes: 0,
  }
  for (const action of script) act(world, action, policy)
  work(world, policy)
  return world
}

const scripts = fc.array(actions, { maxLength: 25 })
const runs = { numRuns: 1000 }

test('whatever crashes and whoever edits, no event is ever there twice', () => {
  fc.assert(
    fc.property(scripts, policies, (script, policy) => {
      const world = play(script, policy)
      expect(alive(world).length).toBeLessThanOrEqual(1)
      expect(world.entry).toBeUndefined()
    }),
    runs,
  )
})

test('where ours wins and what is gone comes back, Google ends with what the app wanted last', () => {
  fc.assert(
    fc.property(scripts, fingerprints, (script, last) => {
      const world = play([...script, { type: 'wish', wanted: last }], { conflict: 'ours', whenGone: 'recreate' })
      const [[, there] = []] = alive(world)
      expect(there?.fingerprints).toMatchObject(last)
      // Somebody may have written one of their own where the app has none.
      const description = there?.fingerprints['description'] ?? ''
      if (last.description === undefined) expect(['', 'p', 'q']).toContain(description)
    }),
    runs,
  )
})

test('what the app deletes last is not there, unless somebody works on it and theirs wins', () => {
  fc.assert(
    fc.property(scripts, fc.constantFrom<Policies['whenGone']>('recreate', 'forget'), (script, whenGone) => {
      const world = play([...script, { type: 'wish', wanted: undefined }], { conflict: 'ours', whenGone })
      expect(alive(world)).toEqual([])
    }),
    runs,
  )
})

test('nor is one that was deleted in Google and was on its way back', () => {
  const made: Action[] = [{ type: 'wish', wanted: { summary: 'a', start: '1' } }, { type: 'work' }]
  const edit: Action = { type: 'wish', wanted: { summary: 'b', start: '1' } }
  const crash = fc.record({ type: fc.constant('crash' as const), steps: fc.nat(4), processed: fc.boolean() })
  fc.assert(
    fc.property(fc.array(crash, { maxLength: 3 }), (crashes) => {
      const gone: Action = { type: 'person_deletes' }
      const last: Action = { type: 'wish', wanted: undefined }
      const world = play([...made, gone, edit, ...crashes, last], { conflict: 'ours', whenGone: 'recreate' })
      expect(alive(world)).toEqual([])
    }),
  )
})

test('guests whom somebody invites stay, as long as the event is not deleted', () => {
  fc.assert(
    fc.property(scripts, policies, (script, policy) => {
      const edits = script.filter(({ type }) => type !== 'person_deletes' && type !== 'person_invites')
      const upserts = edits.filter((action) => action.type !== 'wish' || action.wanted !== undefined)
      const made: Action[] = [{ type: 'wish', wanted: { summary: 'a', start: '1' } }, { type: 'work' }]
      const world = play([...made, { type: 'person_invites' }, ...upserts], policy)
      expect(alive(world).map(([, { guests }]) => guests)).toEqual([1])
    }),
    runs,
  )
})

test('where theirs wins, what somebody changed in Google stays until the app changes the same member', () => {
  fc.assert(
    fc.property(scripts, fc.constantFrom('a', 'b', 'c'), (script, summary) => {
      const first: Action[] = [{ type: 'wish', wanted: { summary: 'a', start: '1' } }, { type: 'work' }]
      const edit: Action = { type: 'person_edits', member: 'start', value: 'p' }
      // The app goes on changing titles, and dies as it likes.
      const later = script.flatMap((action): Action[] => {
        if (action.type === 'work' || action.type === 'crash') return [action]
        return action.type === 'wish'
          ? [{ type: 'wish', wanted: { summary: action.wanted?.['summary'] ?? 'b', start: '1' } }]
          : []
      })
      const last: Action = { type: 'wish', wanted: { summary, start: '1' } }
      const world = play([...first, edit, ...later, last], { conflict: 'theirs', whenGone: 'recreate' })
      expect(alive(world).map(([, event]) => event.fingerprints)).toEqual([{ summary, start: 'p' }])
    }),
    runs,
  )
})
