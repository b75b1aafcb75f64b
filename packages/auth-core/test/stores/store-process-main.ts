// A process that runs the steps it is told to run on stores of one kind; started by store-process.ts.
import { writeSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { isAuthError } from '../../src/errors.ts'
import type { Store } from '../../src/store.ts'
import { withTwoSteps } from './break-store.ts'
import { openStore, type StoreKind } from './store-kinds.ts'
import type { Answer, Outcome, Task } from './store-process.ts'

const kind = process.argv[2] as StoreKind
const stores = new Map<string, ReturnType<typeof openStore>>()
let blocker: DatabaseSync | undefined

function storeAt(path: string, busyTimeoutMs?: number): ReturnType<typeof openStore> {
  const store = stores.get(path) ?? openStore(kind, path, busyTimeoutMs)
  stores.set(path, store)
  return store
}

async function outcomeOf(work: Promise<unknown>): Promise<Outcome> {
  try {
    return { answer: await work }
  } catch (error) {
    if (!isAuthError(error)) throw error
    return { error: { code: error.code, message: error.message } }
  }
}

/** At once, so that a line is out before the process can be killed for what comes after it. */
function say(line: string): void {
  writeSync(1, `${line}\n`)
}

/** Counts for ever. Each line says which counter was acknowledged; it is written before the next step begins. */
async function count(store: Store, keys: readonly string[], tell: (line: string) => void): Promise<never> {
  for (let round = 0; ; round++) {
    const key = keys[round % keys.length] ?? ''
    const { entry } = await store.read(key)
    const next: number = entry ? (JSON.parse(entry.value) as { count: number }).count + 1 : 1
    const value = JSON.stringify({ count: next, padding: 'x'.repeat(next % 3000) })
    const result = await store.write(key, value, { ifVersion: entry?.version ?? null })
    if (result !== 'conflict') tell(key)
  }
}

async function perform(task: Task): Promise<unknown> {
  switch (task.do) {
    case 'steps': {
      const store = storeAt(task.path, task.busyTimeoutMs)
      const broken = { ...store, ...withTwoSteps((present, wanted) => present === wanted)(store) }
      const steps = task.steps.map(([step, ...input]) => {
        const run = (task.broken ? broken : store)[step] as (...input: readonly unknown[]) => Promise<unknown>
        return outcomeOf(run(...input))
      })
      return Promise.all(steps)
    }
    case 'count':
      return count(storeAt(task.path, task.busyTimeoutMs), task.keys, say)
    case 'rotate':
      return storeAt(task.path).rotateKeys?.({ onProgress: ({ done }) => say(`${done}`) })
    case 'close':
      return stores.get(task.path)?.close?.()
    case 'become': {
      process.setgid?.(task.user)
      process.setuid?.(task.user)
      return undefined
    }
    case 'lock': {
      blocker = new DatabaseSync(task.path)
      return blocker.exec('BEGIN EXCLUSIVE')
    }
    case 'unlock':
      return blocker?.close()
  }
}

process.on('message', ({ id, task }: { id: number; task: Task }) => {
  const answer = (result: Answer['result']): void => void process.send?.({ id, result } satisfies Answer)
  perform(task).then(
    (value) => answer({ value }),
    (error: unknown) => answer({ failure: String(error) }),
  )
})
process.on('disconnect', () => process.exit())
