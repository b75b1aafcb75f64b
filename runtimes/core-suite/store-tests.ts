import type { Store } from '@grantkit/auth-core'
import { createEncryptedStore } from '@grantkit/auth-core/stores/encrypted'
import { createMemoryStore } from '@grantkit/auth-core/stores/memory'
import { createFakeClock, storeSuite } from '@grantkit/auth-core/testing'
import type { Part } from './stage.ts'

const keys = { current: 'k2', ring: { k1: new Uint8Array(32).fill(1), k2: new Uint8Array(32).fill(2) } }

const kinds: Readonly<Record<string, (memory: Store) => Store>> = {
  'the memory store': (memory) => memory,
  'the encrypted store': (memory) => createEncryptedStore({ store: memory, keys }),
}

export const storeTests: Part = ({ describe, it }) => {
  for (const [name, open] of Object.entries(kinds)) {
    describe(name, () => {
      storeSuite({
        describe,
        it,
        rounds: 10,
        createStore() {
          const clock = createFakeClock()
          return { store: open(createMemoryStore({ clock })), passTime: clock.advance }
        },
      })
    })
  }
}
