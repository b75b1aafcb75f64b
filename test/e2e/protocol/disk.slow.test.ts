import { join } from 'node:path'
import { describe, expect, test, vi, type TestContext } from 'vitest'
import { createFleet } from './fleet.ts'
import { holdRefresh } from './held-refresh.ts'
import { localStores } from './local-stores.ts'
import { canMount, createSmallDisk, type SmallDisk } from './small-disk.ts'

const twoHoursMs = 7_200_000
const options = { nowOffsetMs: twoHoursMs, times: { sendMs: 500, saveMs: 200 } }

/** A signed-in grant on a small disk, whose access token has ended. */
async function expiredOnDisk(name: string, { onTestFinished }: TestContext) {
  const disk = createSmallDisk()
  onTestFinished(() => disk.remove())
  const store = { ...localStores[name]!, options: { path: join(disk.folder, 'grants') } }
  const fleet = await createFleet({ rotation: 'strict' }, store)
  onTestFinished(() => fleet.close())
  fleet.sandbox.control.clock.advance(twoHoursMs)
  return { disk, fleet }
}

const damages: Readonly<Record<string, { break(disk: SmallDisk): void; mend(disk: SmallDisk): void }>> = {
  full: { break: (disk) => disk.fillUp(), mend: (disk) => disk.makeSpace() },
  'read-only': { break: (disk) => disk.setReadOnly(true), mend: (disk) => disk.setReadOnly(false) },
}
// A disk on which a file is open for writing, as a database is, cannot be made read-only.
const cases = [...Object.keys(localStores).map((store) => [store, 'full'] as const), ['file', 'read-only'] as const]

// Without the right to mount, the errors of such disks are tested beside the stores.
describe.runIf(canMount())('a disk that fails', () => {
  test.for(cases)('under %s, %s: nothing is sent', { timeout: 60_000 }, async ([store, damage], context) => {
    const { disk, fleet } = await expiredOnDisk(store, context)
    damages[damage]!.break(disk)
    const connection = fleet.open(options).connection('worker')
    await expect(connection.refresh()).rejects.toMatchObject({ code: /^store_/ })
    expect(fleet.sandbox.control.ledger.summary().refreshRequests).toBe(0)
    damages[damage]!.mend(disk)
    await connection.refresh()
    expect(fleet.check(options.times)).toEqual([])
  })

  test.for(cases)(
    'under %s, %s, while the server rotates: its tokens are served and saved later',
    { timeout: 60_000 },
    async ([store, damage], context) => {
      const { disk, fleet } = await expiredOnDisk(store, context)
      const { connection, answer, outcome } = await holdRefresh(fleet, options)
      damages[damage]!.break(disk)
      answer()
      expect(await outcome).toBe('served')
      const { value } = await connection.accessToken()
      expect(await connection.status()).toMatchObject({ generation: 2, unsaved: true })
      damages[damage]!.mend(disk)
      // On the real clock: saving goes on by itself.
      await vi.waitFor(async () => expect(await connection.status()).toMatchObject({ unsaved: false }), 30_000)
      const other = fleet.open(options).connection('worker')
      expect((await other.accessToken()).value).toBe(value)
      await other.refresh()
      expect(fleet.sandbox.control.ledger.summary()).toMatchObject({ refreshRequests: 2, reuse: 0, invalidGrant: 0 })
      expect(fleet.check(options.times)).toEqual([])
    },
  )
})
