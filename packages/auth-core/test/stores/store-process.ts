import { fork } from 'node:child_process'
import { createInterface } from 'node:readline'
import { AuthError, type AuthErrorCode } from '../../src/errors.ts'
import type { Store } from '../../src/store.ts'
import { forwardStore } from '../../src/testing/forward-store.ts'
import type { StoreKind } from './store-kinds.ts'

export type Step = readonly ['read' | 'write' | 'remove' | 'list', ...input: readonly unknown[]]
export type Task =
  | { do: 'steps'; path: string; busyTimeoutMs: number; steps: readonly Step[]; broken: boolean }
  | { do: 'count'; path: string; busyTimeoutMs: number; keys: readonly string[] }
  | { do: 'rotate'; path: string }
  | { do: 'close' | 'lock' | 'unlock'; path: string }
  | { do: 'become'; user: number }
export interface Outcome {
  readonly answer?: unknown
  readonly error?: { readonly code: AuthErrorCode; readonly message: string }
}
export interface Answer {
  readonly id: number
  readonly result: { readonly value?: unknown; readonly failure?: string }
}

/** Another process with its own handle on a store. */
export interface StoreProcess {
  /** Runs all steps at once in the other process. */
  run(path: string, steps: readonly Step[], options?: { busyTimeoutMs?: number; broken?: boolean }): Promise<Outcome[]>
  /** The store as seen from the other process. */
  storeAt(path: string): Store
  perform(task: Task): Promise<unknown>
  /** Each acknowledged count of a 'count' task, or each entry that a 'rotate' task is done with. */
  readonly lines: AsyncIterable<string>
  /** Ends the process and waits until it is gone. */
  kill(signal?: NodeJS.Signals): Promise<void>
  /** Stops the process where it is, without its knowing; or lets it go on. */
  stop(): void
  goOn(): void
}

export function startStoreProcess(kind: StoreKind): StoreProcess {
  const child = fork(new URL('store-process-main.ts', import.meta.url), [kind], {
    execArgv: ['--conditions=@grantkit/source', '--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  const gone = new Promise<void>((resolve) => void child.once('close', resolve))
  const waiting = new Map<number, (result: Answer['result']) => void>()
  child.on('message', ({ id, result }: Answer) => {
    waiting.get(id)?.(result)
    waiting.delete(id)
  })
  child.once('close', () => {
    for (const fail of waiting.values()) fail({ failure: 'the process is gone' })
  })
  let tasks = 0

  const perform = async (task: Task): Promise<unknown> => {
    const id = tasks++
    const answered = new Promise<Answer['result']>((resolve) => void waiting.set(id, resolve))
    child.send({ id, task })
    const { value, failure } = await answered
    if (failure !== undefined) throw new Error(failure)
    return value
  }
  const run: StoreProcess['run'] = async (path, steps, { busyTimeoutMs = 20_000, broken = false } = {}) =>
    (await perform({ do: 'steps', path, busyTimeoutMs, steps, broken })) as Outcome[]
  const one = async <T>(path: string, step: Step): Promise<T> => {
    const [outcome] = await run(path, [step])
    if (outcome?.error) throw new AuthError(outcome.error.code, outcome.error.message)
    return outcome?.answer as T
  }
  return {
    run,
    perform,
    storeAt: (path) =>
      forwardStore({
        durability: 'durable',
        read: (key) => one(path, ['read', key]),
        write: (key, value, options) => one(path, ['write', key, value, options]),
        remove: (key, options) => one(path, ['remove', key, options]),
        list: (prefix, options = {}) => one(path, ['list', prefix, options]),
      }),
    lines: createInterface({ input: child.stdout ?? process.stdin }),
    async kill(signal = 'SIGKILL') {
      child.kill(signal)
      await gone
    },
    stop: () => void child.kill('SIGSTOP'),
    goOn: () => void child.kill('SIGCONT'),
  }
}
