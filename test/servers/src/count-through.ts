import { openStore, type StoreSpec } from './open-store.ts'
import { startStoreProcess } from './store-process.ts'

export interface CountThroughOptions {
  /** Does something to the server or to the connections while three processes count. */
  readonly disturb: () => Promise<void> | void
  readonly times: number
}

/**
 * Lets three processes count on three keys while something disturbs them, and compares what the store says at the end
 * with what was acknowledged. `lost`: acknowledged, but not there. `unexplained`: there, but neither acknowledged nor
 * under way when it was disturbed.
 */
export async function countThrough(
  spec: StoreSpec,
  { disturb, times }: CountThroughOptions,
): Promise<{ lost: number; unexplained: number }> {
  const keys = ['a', 'b', 'c']
  const store = openStore(spec)
  const read = async (key: string): Promise<number> => Number((await store.read(key)).entry?.value ?? 0)
  const start = await Promise.all(keys.map(read))
  const acknowledged = new Map(keys.map((key) => [key, 0]))
  const processes = keys.map(() => startStoreProcess())
  let left = times
  const sinceThen = processes.map(() => 0)
  let disturbing: Promise<void> | undefined
  const disturbOnce = async (): Promise<void> => {
    await disturb()
    sinceThen.fill(0)
    disturbing = undefined
    left--
    if (left === 0) await Promise.all(processes.map((each) => each.kill()))
  }
  await Promise.all(
    processes.map(async (each, at) => {
      each.count(spec, keys)
      for await (const key of each.lines) {
        acknowledged.set(key, (acknowledged.get(key) ?? 0) + 1)
        sinceThen[at]!++
        // Every process has got through: all are at work.
        if (sinceThen.every((count) => count >= 5)) disturbing ??= disturbOnce()
      }
    }),
  )
  const result = { lost: 0, unexplained: 0 }
  const interruptions = times * processes.length
  for (const [at, key] of keys.entries()) {
    const counted = (await read(key)) - start[at]!
    const heard = acknowledged.get(key) ?? 0
    result.lost += Math.max(0, heard - counted)
    result.unexplained += Math.max(0, counted - heard - interruptions)
  }
  await store.close()
  return result
}
