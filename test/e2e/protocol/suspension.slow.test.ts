import { isAuthError } from '@grantkit/auth-core'
import type { Rotation } from '@grantkit/sandbox'
import { describe, expect, test, type TestContext } from 'vitest'
import { createFleet, type Fleet, type RunningWorker } from './fleet.ts'
import { localStores } from './local-stores.ts'
import { settle } from './settle.ts'
import type { StoreChoice } from './worker-task.ts'

const twoHoursMs = 7_200_000
const threeHoursMs = 10_800_000
const grace = { grace: { seconds: 60, uses: 2 } }

/** A process that is stopped while the server holds the answer to its refresh back. */
async function stoppedProcess(
  rotation: Rotation,
  store: StoreChoice,
  { onTestFinished }: TestContext,
): Promise<{ fleet: Fleet; resume(): Promise<void> }> {
  const fleet = await createFleet({ rotation }, store)
  onTestFinished(() => fleet.close())
  const { clock, faults, ledger } = fleet.sandbox.control
  clock.advance(twoHoursMs)
  const id = faults.add({ match: { kind: 'token' }, hold: true })
  const worker: RunningWorker = fleet.start({ calls: 3, nowOffsetMs: twoHoursMs })
  onTestFinished(() => void worker.child.kill('SIGKILL'))
  await worker.ready
  worker.go()
  await ledger.waitFor((entry) => entry.stage === 'held')
  worker.child.kill('SIGSTOP')
  fleet.note('suspension', worker.name)
  // Into the socket of a process that does not read it.
  faults.release(id)
  return {
    fleet,
    async resume() {
      worker.child.kill('SIGCONT')
      await worker.done
    },
  }
}

describe.concurrent.for(Object.entries(localStores))('SIGSTOP longer than the claim, on %s', ([, store]) => {
  test('another process takes over and waits, and the late answer is saved', { timeout: 60_000 }, async (context) => {
    const { fleet, resume } = await stoppedProcess('strict', store, context)
    const other = fleet.open({ nowOffsetMs: threeHoursMs }).connection('worker')
    const refused = await other.refresh().catch((error: unknown) => error)
    expect(isAuthError(refused, 'backing_off')).toBe(true)
    expect(await other.status()).toMatchObject({ state: 'active', generation: 1, uncertain: true })
    await resume()
    expect(await other.status()).toMatchObject({ state: 'active', generation: 2, uncertain: false })
    expect(await settle(fleet, { nowOffsetMs: twoHoursMs })).toBe('active')
    expect(fleet.sandbox.control.ledger.summary()).toMatchObject({ reuse: 0, invalidGrant: 0 })
    expect(fleet.check()).toEqual([])
  })

  test('a strict server was probed meanwhile: the user is told why', { timeout: 60_000 }, async (context) => {
    const { fleet, resume } = await stoppedProcess('strict', store, context)
    expect(await settle(fleet, { nowOffsetMs: threeHoursMs })).toBe('reauth')
    await resume()
    expect(await settle(fleet, { nowOffsetMs: threeHoursMs })).toBe('reauth')
    const status = await fleet.open({ nowOffsetMs: threeHoursMs }).connection('worker').status()
    expect(status).toMatchObject({ state: 'reauth', reason: 'invalid_grant' })
    expect(fleet.sandbox.control.ledger.summary()).toMatchObject({ reuse: 1 })
    expect(fleet.check()).toEqual([])
  })

  test('a server with grace was asked again meanwhile: the grant survives', { timeout: 60_000 }, async (context) => {
    const { fleet, resume } = await stoppedProcess(grace, store, context)
    expect(await settle(fleet, { nowOffsetMs: threeHoursMs })).toBe('active')
    await resume()
    expect(await settle(fleet, { nowOffsetMs: threeHoursMs })).toBe('active')
    expect(fleet.sandbox.control.ledger.summary()).toMatchObject({ spentInGrace: 1, reuse: 0 })
    expect(fleet.check()).toEqual([])
  })
})
