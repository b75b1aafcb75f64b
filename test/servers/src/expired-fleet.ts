import { createFleet, type Fleet } from '@grantkit/e2e/protocol/fleet'
import { onTestFinished } from 'vitest'
import type { StoreSpec } from './open-store.ts'
import { twoHoursMs } from './store-damage.ts'

/** A signed-in grant in a store on a server, at a strict authorization server, whose access token has ended. */
export async function expiredFleet(spec: StoreSpec): Promise<Fleet> {
  const store = { module: new URL('open-store.ts', import.meta.url).href, options: spec }
  const fleet = await createFleet({ rotation: 'strict' }, store)
  onTestFinished(() => fleet.close())
  fleet.sandbox.control.clock.advance(twoHoursMs)
  return fleet
}
