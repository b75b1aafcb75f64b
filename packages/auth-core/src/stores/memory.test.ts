import { describe, expect, it } from 'vitest'
import { createFakeClock } from '../testing/fake-clock.ts'
import { createMemoryStore } from './memory.ts'

describe('createMemoryStore', () => {
  it('is volatile', () => {
    expect(createMemoryStore().durability).toBe('volatile')
  })

  it('refuses an option it does not know', () => {
    expect(() => createMemoryStore({ path: 'x' } as object)).toThrow(
      expect.objectContaining({ code: 'invalid_option', message: expect.stringContaining('"path"') }),
    )
  })

  it('tells the time of its clock', async () => {
    const clock = createFakeClock({ wallMs: 42 })
    const store = createMemoryStore({ clock })
    expect(await store.read('k')).toEqual({ nowMs: 42 })
  })

  it('reads an entry as absent from the instant of its expiry on, and lets the key be written anew', async () => {
    const clock = createFakeClock()
    const store = createMemoryStore({ clock })
    const written = await store.write('k', 'first', { ifVersion: null, expiresInMs: 10 })
    clock.jumpWall(9)
    expect(await store.read('k')).toMatchObject({ entry: { value: 'first' } })
    clock.jumpWall(1)
    expect(await store.read('k')).toEqual({ nowMs: clock.wallMs() })
    expect(await store.list('')).toEqual({ keys: [] })
    expect(written).not.toBe('conflict')
    if (written === 'conflict') return
    expect(await store.write('k', 'x', { ifVersion: written.version })).toBe('conflict')
    expect(await store.remove('k', { ifVersion: written.version })).toBe('conflict')
    expect(await store.write('k', 'second', { ifVersion: null })).not.toBe('conflict')
  })

  it('clears expired entries away for good when something is written', async () => {
    const clock = createFakeClock()
    const store = createMemoryStore({ clock })
    await store.write('old', 'value', { ifVersion: null, expiresInMs: 10 })
    await store.write('young', 'value', { ifVersion: null, expiresInMs: 1000 })
    clock.jumpWall(10)
    await store.write('new', 'value', { ifVersion: null })
    clock.jumpWall(-10)
    expect(await store.list('')).toEqual({ keys: ['new', 'young'] })
  })

  it('gives versions that no other store gives', async () => {
    const options = { ifVersion: null }
    const versions = [
      await createMemoryStore().write('k', 'v', options),
      await createMemoryStore().write('k', 'v', options),
    ]
    expect(versions[0]).not.toEqual(versions[1])
  })

  it('survives a listener that unsubscribes itself or another while a notice runs', async () => {
    const store = createMemoryStore()
    const seen: string[] = []
    const ends = [
      store.subscribe?.('k', () => {
        seen.push('first')
        for (const end of ends) end?.()
      }),
      store.subscribe?.('k', () => seen.push('second')),
    ]
    await store.write('k', 'v', { ifVersion: null })
    await Promise.resolve()
    expect(seen).toEqual(['first'])
  })
})
