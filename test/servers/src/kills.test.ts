import { runKills } from '@grantkit/e2e/protocol/kill-run'
import { expect, test } from 'vitest'
import { openKillStores } from './kill-stores.ts'

// The stores without a server have the same test beside them, and all of them a thousand kills in `pnpm faults:deep`.
test.for(['redis', 'postgres'])(
  '50 processes that are killed on %s lose no grant that could survive',
  { timeout: 600_000 },
  async (name) => {
    const { stores, close } = await openKillStores(name)
    try {
      const { rounds, unexpected, violations } = await runKills({ kills: 50, openStore: stores[name]! })
      expect(unexpected).toEqual([])
      expect(violations).toEqual([])
      expect(rounds).toHaveLength(50)
    } finally {
      await close()
    }
  },
)
