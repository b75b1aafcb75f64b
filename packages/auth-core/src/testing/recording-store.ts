import type { Store } from '../store.ts'
import type { StoreStep } from './faulty-store.ts'
import { forwardStore } from './forward-store.ts'

/** One finished step. Two steps overlapped if each began before the other ended. */
export interface StoreOperation {
  readonly step: StoreStep
  /** The key, or the prefix of a list. */
  readonly key: string
  /** The value of a write. */
  readonly value?: string
  readonly ifVersion?: string | null
  /** What the step answered; absent when it rejected. */
  readonly answer?: unknown
  /** What the step rejected with: whether it was applied is unknown. */
  readonly error?: unknown
  /** Place of the call in the order of all calls and answers of this recording. */
  readonly begun: number
  /** Place of the answer in the same order. */
  readonly ended: number
}

/** Wraps a store so that each step is told to `onOperation`, right before its caller gets the answer. */
export function recordingStore(store: Store, onOperation: (operation: StoreOperation) => void): Store {
  let order = 0
  const record = async <T>(
    call: Pick<StoreOperation, 'step' | 'key' | 'value' | 'ifVersion'>,
    run: () => Promise<T>,
  ) => {
    const begun = order++
    try {
      const answer = await run()
      onOperation({ ...call, answer, begun, ended: order++ })
      return answer
    } catch (error) {
      onOperation({ ...call, error, begun, ended: order++ })
      throw error
    }
  }
  return {
    ...forwardStore(store),
    read: (key) => record({ step: 'read', key }, () => store.read(key)),
    write(key, value, options) {
      const { ifVersion } = options
      return record({ step: 'write', key, value, ifVersion }, () => store.write(key, value, options))
    },
    remove(key, options) {
      const { ifVersion } = options
      return record({ step: 'remove', key, ifVersion }, () => store.remove(key, options))
    },
    list: (prefix, options) => record({ step: 'list', key: prefix }, () => store.list(prefix, options)),
  }
}
