import type { Caller } from '../client.ts'
import { tallyOf } from './burst.ts'
import type { PacedTally } from './tasks.ts'

/** Begins a call every so many milliseconds, whether those before have ended or not. */
export async function pace(
  caller: Caller,
  { url, calls, everyMs }: { url: string; calls: number; everyMs: number },
): Promise<PacedTally> {
  const latenciesMs: number[] = []
  const timed = async (): Promise<number> => {
    const startMs = performance.now()
    try {
      return await caller.call(url)
    } finally {
      latenciesMs.push(performance.now() - startMs)
    }
  }
  const begun: Promise<number>[] = []
  for (let n = 0; n < calls; n += 1) {
    begun.push(timed())
    begun.at(-1)?.catch(() => undefined) // counted below
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
  return { ...tallyOf(await Promise.allSettled(begun)), latenciesMs }
}
