import { describe, expect, it } from 'vitest'
import { createMemoryStore } from '../stores/memory.ts'
import { create } from './store-suite/subject.ts'
import { faultyStore, type StoreFault } from './faulty-store.ts'

function setUp(...faults: StoreFault[]) {
  const inner = createMemoryStore()
  return { inner, store: faultyStore(inner, faults) }
}
const valueIn = async (store: Pick<ReturnType<typeof createMemoryStore>, 'read'>) =>
  (await store.read('k')).entry?.value

describe('faultyStore', () => {
  it('rejects a step that it does not apply', async () => {
    const { inner, store } = setUp({ step: 'write', effect: 'throw' })
    await expect(create(store, 'k', 'v')).rejects.toMatchObject({ code: 'store_failed' })
    expect(await valueIn(inner)).toBeUndefined()
  })

  it('rejects a step that it did apply, with the error of the test', async () => {
    const error = new Error('cut off')
    const { inner, store } = setUp({ step: 'write', effect: 'apply-then-throw', error })
    await expect(create(store, 'k', 'v')).rejects.toBe(error)
    expect(await valueIn(inner)).toBe('v')
  })

  it('acknowledges what it loses, yet tells true conflicts', async () => {
    const { inner, store } = setUp({ step: 'write', effect: 'lose', times: 2 }, { step: 'remove', effect: 'lose' })
    const version = await create(inner, 'k', 'first')
    expect(await store.write('k', 'lost', { ifVersion: version })).toEqual({ version: expect.any(String) })
    expect(await store.write('k', 'lost', { ifVersion: null })).toBe('conflict')
    expect(await store.remove('k', { ifVersion: version })).toBe('removed')
    expect(await inner.read('k')).toMatchObject({ entry: { value: 'first', version } })
  })

  it('answers a conflict that there is not', async () => {
    const { inner, store } = setUp({ step: 'write', effect: 'conflict' })
    expect(await store.write('k', 'v', { ifVersion: null })).toBe('conflict')
    expect(await valueIn(inner)).toBeUndefined()
  })

  it('waits before and after it applies a step', async () => {
    const seen: unknown[] = []
    const inner = createMemoryStore()
    const before = async () => seen.push(await valueIn(inner))
    const store = faultyStore(inner, [{ step: 'write', before, after: before }])
    await create(store, 'k', 'v')
    expect(seen).toEqual([undefined, 'v'])
  })

  it('hits the named step, key and number of times only, in the order of the script', async () => {
    const { store } = setUp({ step: 'read', key: 'k', effect: 'throw', times: 2 })
    store.fault({ step: 'read', key: 'k', effect: 'throw', error: new Error('last') })
    await create(store, 'k', 'v')
    await store.read('other')
    expect(store.pendingFaults()).toBe(3)
    await expect(store.read('k')).rejects.toMatchObject({ code: 'store_failed' })
    await expect(store.read('k')).rejects.toMatchObject({ code: 'store_failed' })
    await expect(store.read('k')).rejects.toThrow('last')
    expect(await valueIn(store)).toBe('v')
    expect(store.pendingFaults()).toBe(0)
  })

  it('refuses a fault that cannot be', () => {
    const { store } = setUp()
    expect(() => store.fault({ step: 'list', effect: 'lose' })).toThrow('not for a list')
  })
})
