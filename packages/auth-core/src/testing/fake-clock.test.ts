import { describe, expect, it } from 'vitest'
import { createFakeClock } from './fake-clock.ts'

describe('createFakeClock', () => {
  it('stands still until it is advanced', async () => {
    const clock = createFakeClock({ wallMs: 5000, monotonicMs: 7 })
    expect([clock.wallMs(), clock.monotonicMs()]).toEqual([5000, 7])
    await clock.advance(20)
    expect([clock.wallMs(), clock.monotonicMs()]).toEqual([5020, 27])
  })

  it('runs timers at their own instants, in order of time and then of setting', async () => {
    const clock = createFakeClock({ monotonicMs: 100 })
    const seen: [string, number][] = []
    const note = (name: string) => () => seen.push([name, clock.monotonicMs()])
    clock.setTimer(note('late'), 30)
    clock.setTimer(note('early'), 10)
    clock.setTimer(note('early too'), 10)
    clock.setTimer(note('beyond'), 31)
    await clock.advance(30)
    expect(seen).toEqual([
      ['early', 110],
      ['early too', 110],
      ['late', 130],
    ])
    expect(clock.pendingTimers).toEqual([{ inMs: 1, background: false }])
  })

  it('lets promises settle between timers, and runs timers that are set meanwhile', async () => {
    const clock = createFakeClock()
    const atMs: number[] = []
    const sleep = (delayMs: number) => new Promise<void>((resolve) => void clock.setTimer(resolve, delayMs))
    const work = async () => {
      for (let step = 0; step < 4; step++) {
        await sleep(5)
        await Promise.resolve()
        atMs.push(clock.monotonicMs())
      }
    }
    void work()
    await clock.advance(15)
    expect(atMs).toEqual([5, 10, 15])
  })

  it('forgets a cancelled timer, also one cancelled by a timer of the same instant', async () => {
    const clock = createFakeClock()
    const seen: string[] = []
    const cancels: (() => void)[] = []
    clock.setTimer(() => cancels[0]?.(), 1)
    cancels.push(clock.setTimer(() => seen.push('second'), 1))
    clock.setTimer(() => seen.push('third'), 1, { background: true })()
    await clock.advance(10)
    expect(seen).toEqual([])
    expect(clock.pendingTimers).toEqual([])
  })

  it('jumps the wall clock alone and runs nothing for it', async () => {
    const clock = createFakeClock({ wallMs: 1_000_000 })
    const seen: string[] = []
    clock.setTimer(() => seen.push('ran'), 100)
    clock.jumpWall(-3_600_000)
    await clock.advance(0)
    expect(seen).toEqual([])
    expect([clock.wallMs(), clock.monotonicMs()]).toEqual([-2_600_000, 0])
  })

  it('refuses to advance twice at once and to go back, and works on after a timer threw', async () => {
    const clock = createFakeClock()
    const first = clock.advance(1)
    await expect(clock.advance(1)).rejects.toThrow('advancing already')
    await first
    await expect(clock.advance(-1)).rejects.toThrow('not by -1')
    clock.setTimer(() => {
      throw new Error('in the timer')
    }, 1)
    await expect(clock.advance(5)).rejects.toThrow('in the timer')
    await clock.advance(5)
    expect(clock.monotonicMs()).toBe(7)
  })

  it('waits as long as the given settle says', async () => {
    let settled = 0
    const clock = createFakeClock({ settle: async () => void settled++ })
    clock.setTimer(() => undefined, 1)
    await clock.advance(1)
    expect(settled).toBe(2)
  })
})
