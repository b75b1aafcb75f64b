import { describe, expect, it, vi } from 'vitest'
import { exampleProvider, tokenAnswer } from '../test/bench.ts'
import { clientCredentials, createAuthClient, systemClock } from './index.ts'
import { createMemoryStore } from './stores/memory.ts'

describe('the system clock', () => {
  it('tells the time, and calls back once unless it is cancelled', async () => {
    expect(Math.abs(systemClock.wallMs() - Date.now())).toBeLessThan(1_000)
    const before = systemClock.monotonicMs()
    let calls = 0
    const cancel = systemClock.setTimer(() => (calls += 10), 0)
    cancel()
    await new Promise<void>((resolve) => void systemClock.setTimer(resolve, 1, { background: false }))
    expect([calls, systemClock.monotonicMs() > before]).toEqual([0, true])
  })

  it('lets the process end although a background timer waits', () => {
    const timers: NodeJS.Timeout[] = []
    const spy = vi.spyOn(globalThis, 'setTimeout')
    for (const background of [true, false]) systemClock.setTimer(() => undefined, 60_000, { background })()
    for (const { value } of spy.mock.results) timers.push(value as NodeJS.Timeout)
    spy.mockRestore()
    expect(timers.map((timer) => timer.hasRef())).toEqual([false, true])
  })
})

describe('without a fetch, clock or random source of its own', () => {
  it("a client uses the platform's, as it is at the time of the call", async () => {
    const client = createAuthClient({
      provider: exampleProvider(),
      clientId: 'client-1',
      store: createMemoryStore(),
      volatile: 'accept',
    })
    vi.stubGlobal('fetch', async () => tokenAnswer())
    const connection = await client.connect('own', clientCredentials())
    expect((await connection.accessToken()).value).toBe('at-1')
  })
})
