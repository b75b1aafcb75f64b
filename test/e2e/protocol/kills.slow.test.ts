import { expect, test } from 'vitest'
import { runKills } from './kill-run.ts'
import { localStores } from './local-stores.ts'

test.for(Object.entries(localStores))(
  '50 processes that are killed on %s lose no grant that could survive',
  { timeout: 600_000 },
  async ([, store]) => {
    const { rounds, unexpected, violations } = await runKills({ kills: 50, openStore: () => store })
    expect(unexpected).toEqual([])
    expect(violations).toEqual([])
    expect(rounds).toHaveLength(50)
  },
)
