import { afterEach, test, vi } from 'vitest'
import { expectOneRefreshByFour } from './expect-one-refresh.ts'
import { createFleet, type Fleet } from './fleet.ts'

let fleet: Fleet

afterEach(() => fleet.close())

vi.setConfig({ testTimeout: 60_000 })

test.for([
  ['files', 'file-store.ts'],
  ['sealed sqlite', 'encrypted-store.ts'],
] as const)('4 processes of 250 callers meet an expired token on %s: one token request', async ([, module]) => {
  fleet = await createFleet({ rotation: 'strict' }, { module: new URL(module, import.meta.url).href })
  await expectOneRefreshByFour(fleet)
})
