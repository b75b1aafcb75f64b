import { describe, it } from 'vitest'
import { createFakeClock } from '../testing/fake-clock.ts'
import { storeSuite } from '../testing/store-suite.ts'
import { createEncryptedStore } from './encrypted.ts'
import { createMemoryStore } from './memory.ts'

const keys = { current: 'k2', ring: { k1: new Uint8Array(32).fill(1), k2: new Uint8Array(32).fill(2) } }

describe('createEncryptedStore on memory', () => {
  storeSuite({
    describe,
    it,
    rounds: 50,
    createStore() {
      const clock = createFakeClock()
      return { store: createEncryptedStore({ store: createMemoryStore({ clock }), keys }), passTime: clock.advance }
    },
  })
})
