// A process that works on stores as it is told; started by store-process.ts.
import { writeSync } from 'node:fs'
import type { Store } from '@grantkit/auth-core'
import { openStore, type StoreSpec } from './open-store.ts'
import type { Task } from './store-process.ts'

const stores = new Map<string, Store>()

function storeOf(spec: StoreSpec): Store {
  const name = JSON.stringify(spec)
  const store = stores.get(name) ?? openStore(spec)
  stores.set(name, store)
  return store
}

/** What a store without conditional writes would do. */
function inTwoSteps(store: Store): Store {
  return {
    ...store,
    async write(key, value, { ifVersion }) {
      const { entry } = await store.read(key)
      if ((entry?.version ?? null) !== ifVersion) return 'conflict'
      for (;;) {
        const present = (await store.read(key)).entry?.version ?? null
        const result = await store.write(key, value, { ifVersion: present })
        if (result !== 'conflict') return result
      }
    },
  }
}

/** A step that fails is repeated after a look at what is there: it may have been applied. */
async function count(store: Store, keys: readonly string[]): Promise<never> {
  for (let round = 0; ; round++) {
    const key = keys[round % keys.length]!
    try {
      const { entry } = await store.read(key)
      const result = await store.write(key, `${Number(entry?.value ?? 0) + 1}`, { ifVersion: entry?.version ?? null })
      if (result !== 'conflict') writeSync(1, `${key}\n`)
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }
}

function perform(task: Task): Promise<unknown> {
  const store = storeOf(task.spec)
  if (task.do === 'count') return count(store, task.keys)
  const target = task.broken ? inTwoSteps(store) : store
  return Promise.all(
    task.steps.map(([step, ...input]) =>
      (target[step] as (...input: readonly unknown[]) => Promise<unknown>)(...input),
    ),
  )
}

process.on('message', ({ id, task }: { id: number; task: Task }) => {
  perform(task).then(
    (value) => process.send?.({ id, value }),
    (error: unknown) => process.send?.({ id, failure: String(error) }),
  )
})
process.on('disconnect', () => process.exit())
