import { afterEach, test, vi } from 'vitest'
import { expectOneRefresh, expectOneRefreshByFour, sockets } from './expect-one-refresh.ts'
import { createFleet, type Fleet } from './fleet.ts'

const twoHoursMs = 7_200_000
let fleet: Fleet

afterEach(() => fleet.close())

vi.setConfig({ testTimeout: 60_000 })

test('1,000 callers of one process meet an expired token: one token request, every call answered', async () => {
  fleet = await createFleet({ rotation: 'strict' })
  fleet.sandbox.control.clock.advance(twoHoursMs)
  await expectOneRefresh(fleet, 1_000, () => [fleet.start({ calls: 1_000, sockets, nowOffsetMs: twoHoursMs })])
})

test('4 processes of 250 callers meet an expired token: one token request', async () => {
  fleet = await createFleet({ rotation: 'strict' })
  await expectOneRefreshByFour(fleet)
})

test.for([false, true])(
  '401s that arrive late and staggered in 4 processes cost one token request (refresh kills the old token: %s)',
  async (refreshKillsAccessToken) => {
    fleet = await createFleet({ rotation: 'strict', refreshKillsAccessToken })
    fleet.sandbox.control.expireAccessTokens()
    fleet.sandbox.control.faults.add({ match: { kind: 'api' }, times: 'always', delayMs: 30 })
    const worker = (): ReturnType<Fleet['start']> =>
      fleet.start({ calls: 250, sockets, spreadMs: 400, times: { refusedAgeMs: 0 } })
    await expectOneRefresh(fleet, 1_000, () => [worker(), worker(), worker(), worker()])
  },
)
