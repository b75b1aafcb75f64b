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
