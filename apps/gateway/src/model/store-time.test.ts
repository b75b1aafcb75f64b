import { createFakeClock } from '@grantkit/auth-core/testing'
import { createMemoryStore } from '@grantkit/auth-core/stores/memory'
import { expect, test } from 'vitest'
import { followStoreTime } from './store-time.ts'

test.each([3_600_000, -3_600_000])(
  "a clock that is %d ms off shows the store's time after the first read",
  async (offMs) => {
    const storeClock = createFakeClock({ wallMs: 10_000_000 })
    const { store, clock } = followStoreTime(
      createMemoryStore({ clock: storeClock }),
      createFakeClock({ wallMs: 10_000_000 + offMs }),
    )
    expect(clock.wallMs()).toBe(10_000_000 + offMs)
    await store.read('anything')
    expect(clock.wallMs()).toBe(10_000_000)
    await storeClock.advance(5_000)
    await store.read('anything')
    expect(clock.wallMs()).toBe(10_005_000)
  },
)
