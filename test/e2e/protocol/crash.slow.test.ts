import { describe, expect, test, vi } from 'vitest'
import { createFleet } from './fleet.ts'
import { allowedEnds, killRound } from './kill-round.ts'
import { settle } from './settle.ts'
import { killPoints } from './worker-task.ts'

vi.setConfig({ testTimeout: 60_000 })

const twoHoursMs = 7_200_000

// Mostly waiting, each in a world of its own.
describe.concurrent('after a crash or a failure', () => {
  test.for(killPoints)('SIGKILL %s, strict rotation: the grant ends as the protocol says', async (killAt) => {
    const round = await killRound({ killAt, rotation: 'strict' })
    expect(allowedEnds(round)).toContain(round.end)
    expect(round.violations).toEqual([])
  })

  test.for(killPoints)('SIGKILL %s, no rotation: the grant survives', async (killAt) => {
    expect(await killRound({ killAt, rotation: 'none' })).toMatchObject({ end: 'active', violations: [] })
  })

  test('three 503s of a strict server: the grant lives and the fourth attempt succeeds', async ({ onTestFinished }) => {
    const fleet = await createFleet({ rotation: 'strict' })
    onTestFinished(() => fleet.close())
    fleet.sandbox.control.clock.advance(twoHoursMs)
    fleet.sandbox.control.faults.add({ match: { kind: 'token' }, type: 'server_error', status: 503, times: 3 })
    expect(await settle(fleet, { nowOffsetMs: twoHoursMs })).toBe('active')
    expect(fleet.sandbox.control.ledger.summary()).toMatchObject({ refreshRequests: 4, reuse: 0, invalidGrant: 0 })
    expect(fleet.check()).toEqual([])
  })
})
