import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'vitest'
import { quickDisk } from '../../test/stores/quick-disk.ts'
import type { Store } from '../store.ts'
import { storeSuite } from '../testing/store-suite.ts'
import { createFileStore } from './file.ts'

describe('createFileStore', () => {
  storeSuite({
    describe,
    it,
    createStore() {
      const parent = mkdtempSync(join(quickDisk(), 'grantkit-store-'))
      let passedMs = 0
      const clock = { wallMs: () => Date.now() + passedMs }
      const open = (): Store => createFileStore({ folder: join(parent, 'grants'), clock })
      return {
        store: open(),
        open,
        reopen: open,
        passTime: async (durationMs) => void (passedMs += durationMs),
        close: async () => rmSync(parent, { recursive: true }),
      }
    },
  })
})
