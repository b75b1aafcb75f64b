import { Worker } from 'node:worker_threads'
import type { Step } from './store-process.ts'

export interface SteppedTask {
  readonly folder: string
  readonly step: Step
  /** Before which of its calls to the file system it stops, counted from 1. */
  readonly stopBefore: number
  /** The calls that are counted; all of them by default. */
  readonly at?: readonly string[]
}
export interface SteppedAnswer {
  readonly stopped?: string
  readonly answer?: unknown
  /** What it called until its end, in order. */
  readonly calls?: readonly string[]
  readonly failure?: string
}

/** A writer that can be stopped before any call it makes to the file system. */
export interface SteppedWriter {
  /** Runs a step until it stops (the name of the call) or ends before that (undefined). */
  start(task: SteppedTask): Promise<string | undefined>
  /** Lets it go on to its end. */
  goOn(): Promise<Pick<SteppedAnswer, 'answer' | 'calls'>>
  kill(): Promise<unknown>
}

export function createSteppedWriter(): SteppedWriter {
  const gate = new SharedArrayBuffer(4)
  const worker = new Worker(new URL('stepped-process.ts', import.meta.url), { workerData: gate })
  const heard: SteppedAnswer[] = []
  let wake: () => void = () => undefined
  worker.on('message', (answer: SteppedAnswer) => {
    heard.push(answer)
    wake()
  })
  const next = async (): Promise<SteppedAnswer> => {
    while (heard.length === 0) await new Promise<void>((resolve) => void (wake = resolve))
    return heard.shift() ?? {}
  }
  let ended: SteppedAnswer | undefined
  return {
    async start(task) {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
      worker.postMessage(task)
      const first = await next()
      ended = first.stopped === undefined ? first : undefined
      return first.stopped
    },
    async goOn() {
      if (ended === undefined) {
        Atomics.store(new Int32Array(gate), 0, 1)
        Atomics.notify(new Int32Array(gate), 0)
      }
      const end = ended ?? (await next())
      if (end.failure !== undefined) throw new Error(end.failure)
      return end
    },
    kill: () => worker.terminate(),
  }
}
