import { afterEach, expect, test, vi } from 'vitest'
import { createFleet, runTogether, type Fleet } from './fleet.ts'
import type { StoreChoice } from './worker-task.ts'

const twoHoursMs = 7_200_000
const times = { refusedAgeMs: 0 }
let fleet: Fleet

afterEach(() => fleet.close())

function ledgerSince(afterSeq: number): { tokenRequests: number; reuse: number; invalidGrant: number } {
  const { tokenRequests, reuse, invalidGrant } = fleet.sandbox.control.ledger.summary({ afterSeq })
  return { tokenRequests, reuse, invalidGrant }
}

vi.setConfig({ testTimeout: 60_000 })

const harmless = { tokenRequests: 1, reuse: 0, invalidGrant: 0 }
const checked = { times: { sendMs: 5_000, quietMs: 60_000 }, faultless: true }

test('1,000 callers of one process meet an expired token: one token request, every call answered', async () => {
  fleet = await createFleet({ rotation: 'strict' })
  const seq = fleet.sandbox.control.ledger.entries().length
  fleet.sandbox.control.clock.advance(twoHoursMs)
  const report = await runTogether([fleet.start({ calls: 1_000, nowOffsetMs: twoHoursMs })])
  expect(report).toEqual({ statuses: { 200: 1_000 }, errors: {} })
  expect(ledgerSince(seq)).toEqual(harmless)
  expect(fleet.check(checked)).toEqual([])
})

const stores: Readonly<Record<string, StoreChoice | undefined>> = {
  sqlite: undefined,
  files: { module: new URL('file-store.ts', import.meta.url).href },
  'sealed sqlite': { module: new URL('encrypted-store.ts', import.meta.url).href },
}

test.for(Object.keys(stores))(
  '4 processes of 250 callers meet an expired token on %s: one token request',
  async (on) => {
    fleet = await createFleet({ rotation: 'strict' }, stores[on])
    const seq = fleet.sandbox.control.ledger.entries().length
    fleet.sandbox.control.clock.advance(twoHoursMs)
    const worker = (): ReturnType<Fleet['start']> => fleet.start({ calls: 250, nowOffsetMs: twoHoursMs })
    const report = await runTogether([worker(), worker(), worker(), worker()])
    expect(report).toEqual({ statuses: { 200: 1_000 }, errors: {} })
    expect(ledgerSince(seq)).toEqual(harmless)
    expect(fleet.check(checked)).toEqual([])
  },
)

test.for([false, true])(
  '401s that arrive late and staggered in 4 processes cost one token request (refresh kills the old token: %s)',
  async (refreshKillsAccessToken) => {
    fleet = await createFleet({ rotation: 'strict', refreshKillsAccessToken })
    const seq = fleet.sandbox.control.ledger.entries().length
    fleet.sandbox.control.expireAccessTokens()
    fleet.sandbox.control.faults.add({ match: { kind: 'api' }, times: 'always', delayMs: 30 })
    const worker = (): ReturnType<Fleet['start']> => fleet.start({ calls: 250, spreadMs: 400, times })
    const report = await runTogether([worker(), worker(), worker(), worker()])
    expect(report).toEqual({ statuses: { 200: 1_000 }, errors: {} })
    expect(ledgerSince(seq)).toEqual(harmless)
    expect(fleet.check(checked)).toEqual([])
  },
)
