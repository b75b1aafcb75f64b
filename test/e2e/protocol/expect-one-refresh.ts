import { expect } from 'vitest'
import { runTogether, type Fleet, type RunningWorker } from './fleet.ts'

/** So many connections a process opens: more at once would test the patience of a busy machine. */
export const sockets = 64

/** Runs the workers at once: each of the calls is answered 200, and all of them together cost one token request. */
export async function expectOneRefresh(fleet: Fleet, calls: number, start: () => RunningWorker[]): Promise<void> {
  const afterSeq = fleet.sandbox.control.ledger.entries().length
  const report = await runTogether(start())
  expect(report).toEqual({ statuses: { 200: calls }, errors: {} })
  const harmless = { tokenRequests: 1, reuse: 0, invalidGrant: 0 }
  expect(fleet.sandbox.control.ledger.summary({ afterSeq })).toMatchObject(harmless)
  expect(fleet.check()).toEqual([])
}

/** Starts four workers of 250 callers each, two hours after sign-in: one token request. */
export async function expectOneRefreshByFour(fleet: Fleet): Promise<void> {
  const twoHoursMs = 7_200_000
  fleet.sandbox.control.clock.advance(twoHoursMs)
  const worker = (): RunningWorker => fleet.start({ calls: 250, sockets, nowOffsetMs: twoHoursMs })
  await expectOneRefresh(fleet, 1_000, () => [worker(), worker(), worker(), worker()])
}
