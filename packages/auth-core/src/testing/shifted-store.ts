import type { Store } from '../store.ts'
import { forwardStore } from './forward-store.ts'

export interface ShiftedStoreOptions {
  /** What is added to the store's time: a number for good, or a function that is asked at each read. */
  readonly nowOffsetMs: number | (() => number)
}

/**
 * Wraps a store so that it tells another time: a test lets a quiet time pass by shifting it, instead of waiting. Moves
 * the time that reads answer, not the instant at which the store itself lets entries expire.
 */
export function shiftedStore(store: Store, { nowOffsetMs }: ShiftedStoreOptions): Store {
  const offsetMs = typeof nowOffsetMs === 'function' ? nowOffsetMs : () => nowOffsetMs
  return {
    ...forwardStore(store),
    async read(key) {
      const answer = await store.read(key)
      return { ...answer, nowMs: answer.nowMs + offsetMs() }
    },
  }
}
