import { performance } from 'node:perf_hooks'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createFakeClock } from '../../src/testing/fake-clock.ts'
import { createSqliteFolder, type SqliteFolder } from './sqlite-folder.ts'
import { key, value } from './step-codes.ts'
import type { StoreProcess } from './store-process.ts'

let here: SqliteFolder
beforeEach(() => {
  here = createSqliteFolder()
})
afterEach(async () => {
  await here.remove()
})

describe('createSqliteStore, a store that another process keeps locked', () => {
  const lock = async (): Promise<StoreProcess> => {
    await here.fill()
    const blocker = here.startProcess()
    await blocker.perform({ do: 'lock', path: here.path })
    return blocker
  }

  it('reads on, and fails a write with store_busy once its wait is over, on its clock', async () => {
    await lock()
    const clock = createFakeClock()
    const store = here.open({ clock, busyTimeoutMs: 5000 })
    expect((await store.read(key)).entry?.value).toBe(value)
    let code = 'waiting'
    const write = store.write('k', 'v', { ifVersion: null }).catch((error) => void (code = error.code))
    await clock.advance(4999)
    expect(code).toBe('waiting')
    expect(clock.pendingTimers).toHaveLength(1)
    await clock.advance(50)
    await write
    expect(code).toBe('store_busy')
    expect(clock.pendingTimers).toEqual([])
    expect((await store.read('k')).entry).toBeUndefined()
  })

  it('lets all writes that wait in line give up at the same time, with one of them asking', async () => {
    await lock()
    const clock = createFakeClock()
    const store = here.open({ clock, busyTimeoutMs: 1000 })
    await store.read(key)
    const writes = Array.from({ length: 64 }, (_, index) => store.write(`k${index}`, 'v', { ifVersion: null }))
    const settled = Promise.allSettled(writes)
    await clock.advance(500)
    expect(clock.pendingTimers).toHaveLength(1)
    await clock.advance(600)
    const codes = (await settled).map((outcome) => (outcome.status === 'rejected' ? outcome.reason.code : 'done'))
    expect(new Set(codes)).toEqual(new Set(['store_busy']))
  })

  it('leaves the event loop free while it waits', async () => {
    await lock()
    const store = here.open({ busyTimeoutMs: 400 })
    await store.read(key)
    const before = performance.eventLoopUtilization()
    await expect(store.write('k', 'v', { ifVersion: null })).rejects.toMatchObject({ code: 'store_busy' })
    const { active, idle } = performance.eventLoopUtilization(before)
    expect(active + idle).toBeGreaterThan(390)
    // Between two attempts lie at most 12 ms: attempts that block as long as that make half of the time active.
    expect(active / (active + idle)).toBeLessThan(0.5)
  })

  it('writes as soon as the lock is gone', async () => {
    const blocker = await lock()
    const clock = createFakeClock()
    const store = here.open({ clock })
    await store.read(key)
    const write = store.write('k', 'v', { ifVersion: null })
    await clock.advance(100)
    await blocker.perform({ do: 'unlock', path: here.path })
    await clock.advance(50)
    expect(await write).toEqual({ version: expect.any(String) })
  })

  it('fails a write that waits with store_failed when the store is closed meanwhile', async () => {
    await lock()
    const clock = createFakeClock()
    const store = here.open({ clock })
    await store.read(key)
    const write = store.write('k', 'v', { ifVersion: null })
    await clock.advance(100)
    await store.close()
    await Promise.all([expect(write).rejects.toMatchObject({ code: 'store_failed' }), clock.advance(50)])
  })
})
