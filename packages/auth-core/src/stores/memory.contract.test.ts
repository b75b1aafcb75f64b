import { describe, it } from 'vitest'
import { createFakeClock } from '../testing/fake-clock.ts'
import { storeSuite } from '../testing/store-suite.ts'
import { createMemoryStore } from './memory.ts'

describe('createMemoryStore', () => {
  storeSuite({
    describe,
    it,
    createStore() {
      const clock = createFakeClock()
      return { store: createMemoryStore({ clock }), passTime: clock.advance }
    },
  })
})
