import { Worker } from 'node:worker_threads'
import { addCoverage } from './coverage.ts'
import type { RangeResult } from './play-range.ts'

export interface EverywhereOptions {
  readonly first: number
  readonly histories: number
  readonly workers: number
  readonly onProgress: (done: number, broken: number) => void
  /** Told at once: a run takes long. */
  readonly onBroken: (failure: RangeResult['failures'][number]) => void
}

/** What one thread is told to play next. */
export interface Portion {
  readonly first: number
  readonly histories: number
}

/** Small enough for a sign of life every few seconds, large enough to cost nothing. */
const portion = 5_000

/** Plays the histories of consecutive seeds on several threads. */
export async function playEverywhere(options: EverywhereOptions): Promise<RangeResult> {
  const { first, histories, workers, onProgress, onBroken } = options
  const end = first + histories
  const coverage = new Map<string, number>()
  const failures: RangeResult['failures'][number][] = []
  let next = first
  let done = 0

  async function work(): Promise<void> {
    const thread = new Worker(new URL('portion-process.ts', import.meta.url), {
      resourceLimits: { maxYoungGenerationSizeMb: 128 },
    })
    try {
      while (next < end) {
        const task: Portion = { first: next, histories: Math.min(portion, end - next) }
        next += task.histories
        const result = await ask(thread, task)
        addCoverage(coverage, result.coverage)
        failures.push(...result.failures)
        for (const failure of result.failures) onBroken(failure)
        done += result.histories
        onProgress(done, failures.length)
      }
    } finally {
      await thread.terminate()
    }
  }

  await Promise.all(Array.from({ length: workers }, work))
  return { histories: done, coverage, failures: failures.toSorted((a, b) => a.seed - b.seed) }
}

function ask(thread: Worker, task: Portion): Promise<RangeResult> {
  return new Promise((resolve, reject) => {
    thread.once('message', (result: RangeResult) => {
      thread.off('error', reject)
      resolve(result)
    })
    thread.once('error', reject)
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    thread.postMessage(task)
  })
}
