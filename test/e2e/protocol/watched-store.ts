import { randomUUID } from 'node:crypto'
import type { Store } from '@grantkit/auth-core'
import { factsOf, type HistoryWriter, type RecordFacts } from '@grantkit/history'

export interface StoreWatch {
  readonly history: HistoryWriter
  readonly worker: string
  before?(record: RecordFacts): void
  after?(record: RecordFacts): void
}

/** Records every step on grants, and tells of each write before and after it happens. */
export function watchedStore(store: Store, { history, worker, before, after }: StoreWatch): Store {
  return {
    ...store,
    async read(key) {
      const answer = await store.read(key)
      if (key.startsWith('grant/') && answer.entry) {
        history.write({ kind: 'seen', version: answer.entry.version, record: factsOf(answer.entry.value) })
      }
      return answer
    },
    async write(key, value, options) {
      if (!key.startsWith('grant/')) return store.write(key, value, options)
      const record = factsOf(value)
      const id = randomUUID()
      before?.(record)
      history.write({ kind: 'intent', id, worker, ifVersion: options.ifVersion, record })
      const answer = await store.write(key, value, options)
      history.write({ kind: 'answer', id, version: answer === 'conflict' ? answer : answer.version })
      if (answer !== 'conflict') after?.(record)
      return answer
    },
  }
}
