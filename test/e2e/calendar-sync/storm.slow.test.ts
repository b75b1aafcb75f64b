import { expect, test } from 'vitest'
import { localStores } from '../protocol/local-stores.ts'
import { runStorm } from './storm.ts'

// `pnpm sync:deep` kills 500 times during 2,000 edits; `test/servers` has the stores that need a server.
test.each(['sqlite', 'file'])(
  'two workers that are killed 20 times on %s, with one answer in ten dropped, lose, double and trample nothing',
  { timeout: 240_000 },
  async (name) => {
    const report = await runStorm({ edits: 200, kills: 20, workers: 2, store: localStores[name]! })
    expect(report).toMatchObject({ edits: 200, lost: [], duplicated: [], trampled: [] })
    expect(report.kills).toBeGreaterThanOrEqual(20)
    expect(report.dropped).toBeGreaterThan(0)
  },
)
