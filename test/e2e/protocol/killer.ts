import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

export interface KillOrder {
  readonly flag: Int32Array<SharedArrayBuffer>
  readonly longestMs: number
}

/** Gets ready to kill this process within so many milliseconds of the call, even in the middle of a synchronous write. */
export async function prepareKill(longestMs: number): Promise<() => void> {
  const flag = new Int32Array(new SharedArrayBuffer(4))
  const order: KillOrder = { flag, longestMs }
  const thread = new Worker(new URL('killer-thread.ts', import.meta.url), { workerData: order })
  await once(thread, 'online')
  thread.unref()
  return () => {
    Atomics.store(flag, 0, 1)
    Atomics.notify(flag, 0)
  }
}
