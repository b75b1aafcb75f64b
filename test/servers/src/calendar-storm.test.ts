import { runStorm } from '@grantkit/e2e/calendar-sync/storm'
import { expect, test } from 'vitest'
import { openKillStores } from './kill-stores.ts'

// The stores without a server have the same test in test/e2e, and one of them 500 kills in `pnpm sync:deep`.
test.for(['redis', 'postgres'])(
  'two workers of a calendar sync that are killed 20 times on %s lose, double and trample nothing',
  { timeout: 300_000 },
  async (name) => {
    const { stores, close } = await openKillStores(name)
    try {
      const report = await runStorm({ edits: 200, kills: 20, workers: 2, store: await stores[name]!() })
      expect(report).toMatchObject({ edits: 200, lost: [], duplicated: [], trampled: [] })
    } finally {
      await close()
    }
  },
)
