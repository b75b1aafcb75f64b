import type { Clock, Store } from '@grantkit/auth-core'

/**
 * Gives a store, and a clock that shows the time of that store as it was read last: what gateways on machines whose
 * clocks differ have in common.
 */
export function followStoreTime<S extends Store>(store: S, clock: Clock): { readonly store: S; readonly clock: Clock } {
  let aheadMs = 0
  return {
    store: {
      ...store,
      async read(key) {
        const reading = await store.read(key)
        aheadMs = reading.nowMs - clock.wallMs()
        return reading
      },
    },
    clock: { ...clock, wallMs: () => clock.wallMs() + aheadMs },
  }
}
