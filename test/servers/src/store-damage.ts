import type { Fleet } from '@grantkit/e2e/protocol/fleet'
import { holdRefresh } from '@grantkit/e2e/protocol/held-refresh'
import { expect, vi } from 'vitest'

/** Something that goes wrong with a store, and the way it is mended. */
export interface Damage {
  break(): Promise<unknown> | void
  /** Absent: it lasts for one step. */
  mend?(): Promise<unknown> | void
}

export const twoHoursMs = 7_200_000
const times = { sendMs: 1_000, saveMs: 200 }
const options = { nowOffsetMs: twoHoursMs, times }
const patienceMs = 30_000

/** Nothing is sent while the claim cannot be written, and a refresh works once the store is mended. */
export async function expectNothingSent(fleet: Fleet, damage: Damage): Promise<void> {
  const connection = fleet.open(options).connection('worker')
  await connection.status()
  await damage.break()
  await expect(connection.refresh()).rejects.toMatchObject({ code: /^store_/ })
  expect(fleet.sandbox.control.ledger.summary().refreshRequests).toBe(0)
  await damage.mend?.()
  await vi.waitFor(() => connection.refresh(), patienceMs)
  expect(fleet.sandbox.control.ledger.summary()).toMatchObject({ refreshRequests: 1, reuse: 0 })
  expect(fleet.check(times)).toEqual([])
}

/** What the store refuses while the server rotates is served from memory, and saved once the store is mended. */
export async function expectSavedInTheEnd(fleet: Fleet, damage: Damage): Promise<void> {
  const { connection, answer, outcome } = await holdRefresh(fleet, options)
  await damage.break()
  answer()
  expect(await outcome).toBe('served')
  const { value } = await connection.accessToken()
  await damage.mend?.()
  const isSaved = async (): Promise<void> =>
    expect(await connection.status()).toMatchObject({ state: 'active', generation: 2, unsaved: false })
  await vi.waitFor(isSaved, patienceMs)
  const other = fleet.open(options).connection('worker')
  expect((await other.accessToken()).value).toBe(value)
  await other.refresh()
  const { refreshRequests, reuse, invalidGrant } = fleet.sandbox.control.ledger.summary()
  expect({ refreshRequests, reuse, invalidGrant }).toEqual({ refreshRequests: 2, reuse: 0, invalidGrant: 0 })
  expect(fleet.check(times)).toEqual([])
}
