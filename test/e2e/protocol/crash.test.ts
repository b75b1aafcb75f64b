import { isAuthError } from '@grantkit/auth-core'
import type { Rotation } from '@grantkit/sandbox'
import { describe, expect, test, vi, type TestContext } from 'vitest'
import { createFleet, runTogether, type Fleet, type OpenOptions } from './fleet.ts'
import { killPoints, type KillPoint } from './worker-task.ts'

vi.setConfig({ testTimeout: 60_000 })

// Real time, about a hundredth of the defaults, so that no test waits for the real quiet time.
const times = {
  sendMs: 200,
  requestMs: 400,
  saveMs: 200,
  claimMs: 1_000,
  quietMs: 300,
  waitMs: 1_000,
  windowMs: 0,
  refusedAgeMs: 0,
}
const twoHoursMs = 7_200_000
const later: OpenOptions = { times, nowOffsetMs: twoHoursMs }

async function fleetWith(rotation: Rotation, { onTestFinished }: TestContext): Promise<Fleet> {
  const fleet = await createFleet({ rotation })
  onTestFinished(() => fleet.close())
  fleet.sandbox.control.clock.advance(twoHoursMs)
  return fleet
}

/** Keeps asking for a token until the grant has settled: a token, or the word that a person has to sign in. */
async function settle(fleet: Fleet): Promise<void> {
  const connection = fleet.open(later).connection('worker')
  const ask = async (): Promise<void> => {
    try {
      await connection.accessToken()
    } catch (error) {
      if (!isAuthError(error, 'reconnect')) throw error
    }
  }
  // Not expect.poll: these tests run side by side, and it would have to know which of them asks.
  await vi.waitFor(ask, { timeout: 20_000, interval: 50 })
}

async function stateAfterCrash(fleet: Fleet, killAt: KillPoint): Promise<string> {
  const report = await runTogether([fleet.start({ ...later, calls: 20, killAt })])
  expect(report, 'the worker was killed before it could report').toEqual({ statuses: {}, errors: {} })
  await settle(fleet)
  const { state } = await fleet.open(later).connection('worker').status()
  return state
}

// After a crash between a strict server's rotation and the save, the only copy of the new token is gone (section 8 of
// the protocol, first row): the probe that follows is refused, and the user is told. A kill during the save may come
// before or after the commit.
const expected: Readonly<Record<KillPoint, readonly string[]>> = {
  'before claim': ['active'],
  'after claim': ['active'],
  'after send': ['reauth'],
  'after answer': ['reauth'],
  'during save': ['active', 'reauth'],
  'after save': ['active'],
}

// Mostly waiting, each in a world of its own.
describe.concurrent('after a crash or a lost answer', () => {
  test.for(killPoints)('SIGKILL %s, strict rotation: the grant ends as the protocol says', async (killAt, context) => {
    const fleet = await fleetWith('strict', context)
    expect(expected[killAt]).toContain(await stateAfterCrash(fleet, killAt))
    expect(fleet.check(times)).toEqual([])
  })

  test.for(killPoints)('SIGKILL %s, no rotation: the grant survives', async (killAt, context) => {
    const fleet = await fleetWith('none', context)
    expect(await stateAfterCrash(fleet, killAt)).toBe('active')
    expect(fleet.sandbox.control.ledger.summary().invalidGrant).toBe(0)
    expect(fleet.check(times)).toEqual([])
  })

  test('three 503s of a strict server: the grant lives and the fourth attempt succeeds', async (context) => {
    const fleet = await fleetWith('strict', context)
    fleet.sandbox.control.faults.add({ match: { kind: 'token' }, type: 'server_error', status: 503, times: 3 })
    await settle(fleet)
    expect(await fleet.open(later).connection('worker').status()).toMatchObject({ state: 'active', uncertain: false })
    expect(fleet.sandbox.control.ledger.summary()).toMatchObject({ refreshRequests: 4, reuse: 0, invalidGrant: 0 })
    expect(fleet.check(times)).toEqual([])
  })

  test('a strict server that rotates and loses the answer: the probe is refused and the user is told why', async (context) => {
    const fleet = await fleetWith('strict', context)
    fleet.sandbox.control.faults.add({ match: { kind: 'token' }, type: 'lost', processed: true })
    await settle(fleet)
    const status = await fleet.open(later).connection('worker').status()
    expect(status).toMatchObject({ state: 'reauth', reason: 'invalid_grant' })
    expect(fleet.sandbox.control.ledger.summary()).toMatchObject({ refreshRequests: 2, reuse: 1 })
    expect(fleet.check(times)).toEqual([])
  })

  test('a grace server that rotates and loses the answer: the grant survives', async (context) => {
    const fleet = await fleetWith({ grace: { seconds: 60, uses: 2 } }, context)
    fleet.sandbox.control.faults.add({ match: { kind: 'token' }, type: 'lost', processed: true })
    await settle(fleet)
    expect(await fleet.open(later).connection('worker').status()).toMatchObject({ state: 'active' })
    expect(fleet.sandbox.control.ledger.summary()).toMatchObject({ spentInGrace: 1, reuse: 0 })
    expect(fleet.check(times)).toEqual([])
  })
})
