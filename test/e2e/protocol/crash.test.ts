import { describe, expect, test, vi, type TestContext } from 'vitest'
import type { Rotation } from '@grantkit/sandbox'
import { createFleet, type Fleet } from './fleet.ts'
import { allowedEnds, killRound } from './kill-round.ts'
import { settle } from './settle.ts'
import { killPoints } from './worker-task.ts'

vi.setConfig({ testTimeout: 60_000 })

const twoHoursMs = 7_200_000
const later = { nowOffsetMs: twoHoursMs }

async function fleetWith(rotation: Rotation, { onTestFinished }: TestContext): Promise<Fleet> {
  const fleet = await createFleet({ rotation })
  onTestFinished(() => fleet.close())
  fleet.sandbox.control.clock.advance(twoHoursMs)
  return fleet
}

// Mostly waiting, each in a world of its own.
describe.concurrent('after a crash or a lost answer', () => {
  test.for(killPoints)('SIGKILL %s, strict rotation: the grant ends as the protocol says', async (killAt) => {
    const round = await killRound({ killAt, rotation: 'strict' })
    expect(allowedEnds(round)).toContain(round.end)
    expect(round.violations).toEqual([])
  })

  test.for(killPoints)('SIGKILL %s, no rotation: the grant survives', async (killAt) => {
    expect(await killRound({ killAt, rotation: 'none' })).toMatchObject({ end: 'active', violations: [] })
  })

  test('three 503s of a strict server: the grant lives and the fourth attempt succeeds', async (context) => {
    const fleet = await fleetWith('strict', context)
    fleet.sandbox.control.faults.add({ match: { kind: 'token' }, type: 'server_error', status: 503, times: 3 })
    expect(await settle(fleet, later)).toBe('active')
    expect(fleet.sandbox.control.ledger.summary()).toMatchObject({ refreshRequests: 4, reuse: 0, invalidGrant: 0 })
    expect(fleet.check()).toEqual([])
  })

  test('a strict server that rotates and loses the answer: the probe is refused and the user is told why', async (context) => {
    const fleet = await fleetWith('strict', context)
    fleet.sandbox.control.faults.add({ match: { kind: 'token' }, type: 'lost', processed: true })
    expect(await settle(fleet, later)).toBe('reauth')
    expect(await fleet.open(later).connection('worker').status()).toMatchObject({ reason: 'invalid_grant' })
    expect(fleet.sandbox.control.ledger.summary()).toMatchObject({ refreshRequests: 2, reuse: 1 })
    expect(fleet.check()).toEqual([])
  })

  test('a grace server that rotates and loses the answer: the grant survives', async (context) => {
    const fleet = await fleetWith({ grace: { seconds: 60, uses: 2 } }, context)
    fleet.sandbox.control.faults.add({ match: { kind: 'token' }, type: 'lost', processed: true })
    expect(await settle(fleet, later)).toBe('active')
    expect(fleet.sandbox.control.ledger.summary()).toMatchObject({ spentInGrace: 1, reuse: 0 })
    expect(fleet.check()).toEqual([])
  })
})
