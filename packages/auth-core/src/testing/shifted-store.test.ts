import { describe, expect, it } from 'vitest'
import { createMemoryStore } from '../stores/memory.ts'
import { createFakeClock } from './fake-clock.ts'
import { shiftedStore } from './shifted-store.ts'

describe('shiftedStore', () => {
  it('tells the time of the store with an offset that may change, and leaves the entry as it is', async () => {
    const inner = createMemoryStore({ clock: createFakeClock({ wallMs: 1000 }) })
    let nowOffsetMs = 5
    const store = shiftedStore(inner, { nowOffsetMs: () => nowOffsetMs })
    const version = await store.write('k', 'v', { ifVersion: null })
    expect(await store.read('k')).toEqual({ nowMs: 1005, entry: { value: 'v', ...(version as object) } })
    nowOffsetMs = -400
    expect(await store.read('k')).toMatchObject({ nowMs: 600 })
    expect(await shiftedStore(inner, { nowOffsetMs: 1 }).read('none')).toEqual({ nowMs: 1001 })
  })

  it('passes notices on', async () => {
    const store = shiftedStore(createMemoryStore(), { nowOffsetMs: 0 })
    const noticed = new Promise<void>((resolve) => store.subscribe?.('k', resolve))
    await store.write('k', 'v', { ifVersion: null })
    await expect(noticed).resolves.toBeUndefined()
  })
})
