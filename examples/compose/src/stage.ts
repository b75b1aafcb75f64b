// What is outside of the app: the vendors, played by the sandbox, the warehouse, and the time they all live by.
import { systemClock, type Clock } from '@grantkit/auth-core'
import { createSandbox, listen } from '@grantkit/sandbox'
import type { Places } from './connections.ts'
import { startWarehouse } from './warehouse-server.ts'

export interface Stage {
  readonly places: Places
  readonly clock: Clock
  /** Lets more time pass than any access token lives. */
  passDay(): void
  /** How many token requests each server has answered. */
  tokenRequests(): Readonly<Record<string, number>>
  close(): Promise<void>
}

const dayMs = 25 * 3_600_000
const vendors = ['goto', 'google', 'carthooks'] as const

export async function setStage(): Promise<Stage> {
  const sandbox = createSandbox()
  const { clock, ledger } = sandbox.control
  const { origin } = await listen(sandbox)
  const warehouse = await startWarehouse()
  const nowMs = (): number => clock.nowMs()
  return {
    places: { sandbox: origin, warehouse: warehouse.origin },
    clock: { ...systemClock, wallMs: nowMs, monotonicMs: nowMs },
    passDay: () => void clock.advance(dayMs),
    tokenRequests() {
      const counts = vendors.map((vendor) => [vendor, ledger.entries({ kind: 'token', vendor }).length] as const)
      return { ...Object.fromEntries(counts), warehouse: warehouse.tokenRequests() }
    },
    async close() {
      warehouse.close()
      await sandbox.close()
    },
  }
}
