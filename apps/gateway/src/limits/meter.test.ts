import { createFakeClock } from '@grantkit/auth-core/testing'
import { createMemoryStore } from '@grantkit/auth-core/stores/memory'
import type { Store } from '@grantkit/auth-core'
import { describe, expect, it } from 'vitest'
import { createMeter, type Meter } from './meter.ts'
import type { Quota } from './quota.ts'
import { createReportUse } from './shared-use.ts'

const quota = (name: string, perSecond = 10): Quota => ({ ids: ['tenant', name], perSecond, burstMs: 2_000 })
const acme = quota('acme')

function openMeters(count: number) {
  const clock = createFakeClock()
  const memory = createMemoryStore({ clock })
  let steps = 0
  let isAway = false
  const store: Store = {
    ...memory,
    read: (key) => {
      steps += 1
      return isAway ? Promise.reject(new Error('away')) : memory.read(key)
    },
  }
  const report = createReportUse(store)
  const meters = Array.from({ length: count }, () => createMeter({ clock, report }))
  return { clock, meters, steps: () => steps, setAway: (to: boolean) => void (isAway = to) }
}

/** How many of `count` are given. */
function taken(meter: Meter, count: number, quotas: readonly Quota[] = [acme]): number {
  return Array.from({ length: count }, () => meter.take(quotas)).filter((usedUp) => usedUp === undefined).length
}

describe('a meter', () => {
  it('gives a burst, then as much as time brings, and one name takes nothing from another', async () => {
    const { clock, meters } = openMeters(1)
    const [meter] = meters as [Meter]
    expect([taken(meter, 100), taken(meter, 100), taken(meter, 100, [quota('other')])]).toEqual([20, 0, 20])
    await clock.advance(500)
    expect(taken(meter, 100)).toBe(5)
    await clock.advance(3_600_000)
    expect(taken(meter, 100)).toBe(20)
  })

  it('says what is used up, and how long', () => {
    const [meter] = openMeters(1).meters as [Meter]
    expect(taken(meter, 20)).toBe(20)
    expect(meter.take([quota('wide', 1_000), acme])).toEqual({ quota: acme, waitMs: 100 })
  })

  it('takes of all quotas or of none', () => {
    const [meter] = openMeters(1).meters as [Meter]
    const [wide, narrow] = [quota('wide', 10), quota('narrow', 1)]
    expect(taken(meter, 100, [wide, narrow])).toBe(2)
    expect(taken(meter, 100, [wide])).toBe(18)
  })

  it('takes no step of the store for what is hardly used, and one a second for what is used much', async () => {
    const { clock, meters, steps } = openMeters(1)
    const [meter] = meters as [Meter]
    for (let second = 0; second < 5; second++) {
      expect(taken(meter, 1, [quota('quiet', 1_000)])).toBe(1)
      await clock.advance(1_000)
    }
    expect(steps()).toBe(0)
    for (let second = 0; second < 5; second++) {
      expect(taken(meter, 200, [quota('busy', 1_000)])).toBe(200)
      await clock.advance(1_000)
    }
    expect(steps()).toBe(5)
  })
})

it('counts what is taken while a report is under way', async () => {
  const clock = createFakeClock()
  const { promise, resolve } = Promise.withResolvers<{ owedMs: number; total: number }>()
  const meter = createMeter({ clock, report: () => promise })
  expect(taken(meter, 100)).toBe(20)
  await clock.advance(1_000)
  expect(taken(meter, 100)).toBe(10)
  resolve({ owedMs: 0, total: 20 })
  await clock.advance(0)
  expect(taken(meter, 100)).toBe(10)
})

describe('four meters of one store', () => {
  it('give together what one would, once they know of each other', async () => {
    const { clock, meters } = openMeters(4)
    const inSecond: number[] = []
    for (let step = 0; step < 300; step++) {
      const given = meters.map((meter) => taken(meter, 10, [quota('acme', 100)]))
      inSecond[Math.floor(step / 10)] = (inSecond[Math.floor(step / 10)] ?? 0) + given.reduce((a, b) => a + b)
      await clock.advance(100)
    }
    const later = inSecond.slice(10)
    expect(later.reduce((a, b) => a + b) / later.length).toBeGreaterThan(85)
    expect(later.reduce((a, b) => a + b) / later.length).toBeLessThan(115)
  })

  it('give one of them everything when the others are not used', async () => {
    const { clock, meters } = openMeters(4)
    const [meter] = meters as [Meter]
    for (let second = 0; second < 3; second++) {
      for (const each of meters) taken(each, 100)
      await clock.advance(1_000)
    }
    let given = 0
    for (let second = 0; second < 20; second++) {
      given += taken(meter, 100)
      await clock.advance(1_000)
    }
    expect(given).toBeGreaterThanOrEqual(160)
    expect(given).toBeLessThanOrEqual(220)
  })

  it('give what each may while the store is away, and do not have to pay for that time', async () => {
    const { clock, meters, setAway } = openMeters(4)
    setAway(true)
    for (let second = 0; second < 60; second++) {
      for (const meter of meters) expect(taken(meter, 100)).toBeGreaterThanOrEqual(10)
      await clock.advance(1_000)
    }
    setAway(false)
    await clock.advance(5_000)
    expect(meters.map((meter) => taken(meter, 1))).toEqual([1, 1, 1, 1])
  })
})
