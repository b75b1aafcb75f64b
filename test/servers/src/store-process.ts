import { fork } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { StoreSpec } from './open-store.ts'

export type Step = readonly ['read' | 'write' | 'remove' | 'list', ...input: readonly unknown[]]
export type Task =
  | { do: 'steps'; spec: StoreSpec; steps: readonly Step[]; broken: boolean }
  /** Counts up the keys for ever and says after each acknowledged write which key it was. */
  | { do: 'count'; spec: StoreSpec; keys: readonly string[] }

/** Another process that works on a store. */
export interface StoreProcess {
  /** Runs all steps at once and gives their answers; `broken`: with a check and then a write, in two steps. */
  run(spec: StoreSpec, steps: readonly Step[], options?: { broken?: boolean }): Promise<unknown[]>
  /** Starts to count; `lines` tells of each acknowledged step. */
  count(spec: StoreSpec, keys: readonly string[]): void
  readonly lines: AsyncIterable<string>
  kill(): Promise<void>
}

export function startStoreProcess(): StoreProcess {
  const child = fork(new URL('store-program.ts', import.meta.url), {
    execArgv: ['--conditions=@grantkit/source'],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  const gone = new Promise<void>((resolve) => void child.once('close', resolve))
  const waiting = new Map<number, PromiseWithResolvers<unknown>>()
  child.on('message', ({ id, value, failure }: { id: number; value?: unknown; failure?: string }) => {
    if (failure === undefined) waiting.get(id)?.resolve(value)
    else waiting.get(id)?.reject(new Error(failure))
    waiting.delete(id)
  })
  child.once('close', () => {
    for (const { reject } of waiting.values()) reject(new Error('The process is gone.'))
  })
  let tasks = 0
  const perform = (task: Task): Promise<unknown> => {
    const answer = Promise.withResolvers<unknown>()
    waiting.set(tasks, answer)
    child.send({ id: tasks++, task })
    return answer.promise
  }
  return {
    run: async (spec, steps, { broken = false } = {}) =>
      (await perform({ do: 'steps', spec, steps, broken })) as unknown[],
    count: (spec, keys) => void perform({ do: 'count', spec, keys }).catch(() => undefined),
    lines: createInterface({ input: child.stdout! }),
    async kill() {
      child.kill('SIGKILL')
      await gone
    },
  }
}
