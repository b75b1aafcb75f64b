import { describe, expect, test } from 'vitest'
import { beginTour, endTour } from '../../test/tour.ts'
import { refresh, signIn, startMs } from '../../test/play-client.ts'
import { createSandbox, type Sandbox } from '../sandbox.ts'
import type { SandboxSnapshot } from './snapshot.ts'

const overJson = (snapshot: SandboxSnapshot): SandboxSnapshot => JSON.parse(JSON.stringify(snapshot))
const everything = (sandbox: Sandbox) => [sandbox.control.ledger.entries(), sandbox.snapshot()]

describe('the same seed and the same calls', () => {
  test('give the same answers, ledger and state, byte for byte', async () => {
    const walk = async () => {
      const sandbox = createSandbox({ startMs, seed: 'same' })
      const tour = await beginTour(sandbox)
      return JSON.stringify([tour, await endTour(sandbox, tour), everything(sandbox)])
    }
    const [first, second] = [await walk(), await walk()]
    // Not `toBe`: nobody would read the difference.
    expect(second === first).toBe(true)
    expect(first.length).toBeGreaterThan(50_000)
  })

  test('do not give the same with another seed', async () => {
    const [one, other] = ['one', 'other'].map((seed) => createSandbox({ startMs, seed }))
    expect((await signIn(one as Sandbox)).access).not.toBe((await signIn(other as Sandbox)).access)
  })
})

describe('a snapshot', () => {
  test('restored elsewhere goes on as if nothing had been', async () => {
    const sandbox = createSandbox({ startMs })
    const tour = await beginTour(sandbox)
    const snapshot = overJson(sandbox.snapshot())

    const other = createSandbox({ seed: 'another', startMs: 0, rotation: 'none', accessTokenSeconds: 1 })
    await signIn(other)
    other.restore(snapshot)
    expect(everything(other)).toEqual(everything(sandbox))
    expect(await endTour(other, tour)).toEqual(await endTour(sandbox, tour))
    expect(everything(other)).toEqual(everything(sandbox))
  })

  test('takes a sandbox back to where it was', async () => {
    const sandbox = createSandbox({ startMs })
    const tour = await beginTour(sandbox)
    const snapshot = sandbox.snapshot()
    const first = await endTour(sandbox, tour)
    sandbox.restore(snapshot)
    expect(sandbox.snapshot()).toEqual(snapshot)
    expect(await endTour(sandbox, tour)).toEqual(first)
  })

  test('does not change with the sandbox, nor the sandbox with it', async () => {
    const sandbox = createSandbox({ startMs })
    const before = sandbox.snapshot()
    const text = JSON.stringify(before)
    await signIn(sandbox)
    expect(JSON.stringify(before)).toBe(text)
    sandbox.restore(before)
    await signIn(sandbox)
    expect(JSON.stringify(before)).toBe(text)
  })

  test('is left behind by a reset', async () => {
    const sandbox = createSandbox({ startMs, seed: 'own' })
    const start = everything(sandbox)
    const other = createSandbox({ startMs: 1, seed: 'other' })
    await signIn(other)
    sandbox.restore(other.snapshot())
    sandbox.control.reset()
    expect(everything(sandbox)).toEqual(start)
  })

  test('brings its time into a clock that stands still; a clock that runs has run on', async () => {
    const still = createSandbox({ startMs })
    still.control.clock.advance(1000)
    const running = createSandbox()
    running.restore(still.snapshot())
    expect(running.control.clock.nowMs()).toBeLessThan(startMs + 60_000)
    expect(running.control.clock.nowMs()).toBeGreaterThanOrEqual(startMs + 1000)

    const ahead = createSandbox()
    ahead.control.clock.advance(3600_000)
    const later = createSandbox()
    later.restore(ahead.snapshot())
    expect(later.control.clock.nowMs()).toBeGreaterThanOrEqual(ahead.control.clock.nowMs() - 1)
    still.restore(ahead.snapshot())
    expect(still.control.clock.nowMs()).toBeGreaterThan(Date.now() + 3500_000)
  })
})

describe('what is no snapshot of this version', () => {
  const snapshot = createSandbox({ startMs }).snapshot()
  const state = snapshot.state as Readonly<Record<string, unknown>>
  const { grants: _, ...withoutGrants } = state

  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'broken_state'],
    ['something else', { format: 'other', version: 1 }, 'broken_state'],
    ['a part that is missing', { ...snapshot, state: withoutGrants }, 'broken_state'],
    ['a state that is none', { ...snapshot, state: 'x' }, 'broken_state'],
    ['a place that does not exist', { ...snapshot, state: { ...state, clock: { $again: '/x' } } }, 'broken_state'],
    ['another version', { ...snapshot, version: 2 }, 'state_version'],
  ])('is refused, and nothing changes: %s', async (_name, wrong, code) => {
    const sandbox = createSandbox({ startMs })
    const tokens = await signIn(sandbox)
    const before = everything(sandbox)
    expect(() => sandbox.restore(wrong as SandboxSnapshot)).toThrow(expect.objectContaining({ code }))
    expect(everything(sandbox)).toEqual(before)
    expect((await refresh(sandbox, tokens.refresh)).status).toBe(200)
  })

  test('says what to do about another version', () => {
    const restore = () => createSandbox().restore({ ...snapshot, version: 2 as 1 })
    expect(restore).toThrow(/has version 2, and this sandbox reads version 1\. Use the release/)
  })
})
