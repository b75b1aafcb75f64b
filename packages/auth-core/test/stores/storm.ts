import { openStore, type StoreKind } from './store-kinds.ts'
import { startStoreProcess, type StoreProcess } from './store-process.ts'

export interface StormOptions {
  readonly kind: StoreKind
  readonly path: string
  /** How many acknowledged commits to wait for. */
  readonly commits: number
  /** Whether writers are stopped too. Not for a store with locks: whoever is stopped may hold one. */
  readonly stops: boolean
  readonly onProgress?: (done: StormResult) => void
}

export interface StormResult {
  readonly commits: number
  readonly kills: number
  readonly stops: number
  /** Commits that were acknowledged and are not there. */
  readonly lost: number
  /** Commits that are there, and that neither an acknowledgement nor a kill explains. */
  readonly unexplained: number
}

const writers = 8
const keys = ['a', 'b', 'c']
/** So many commits of the others pass before a stopped writer goes on: it wakes up in another world. */
const longestStop = 40

/**
 * Lets 8 processes count on three keys while they are killed and stopped wherever they happen to be. At most half of
 * them are stopped at a time; a killed one is replaced. Then compares what is stored with what was acknowledged.
 */
export async function storm({ kind, path, commits, stops, onProgress }: StormOptions): Promise<StormResult> {
  const acknowledged = new Map(keys.map((key) => [key, 0]))
  const stopped = new Map<StoreProcess, number>()
  const count = { commits: 0, kills: 0, stops: 0 }
  const total = (): number => count.commits

  const disturb = (writer: StoreProcess): void => {
    for (const [other, untilCommit] of stopped) {
      if (total() < untilCommit) continue
      stopped.delete(other)
      other.goOn()
    }
    const dice = Math.random()
    if (dice < 1 / 40) {
      void writer.kill()
    } else if (stops && dice < 1 / 10 && stopped.size < writers / 2 && !stopped.has(writer)) {
      count.stops++
      stopped.set(writer, total() + Math.ceil(Math.random() * longestStop))
      writer.stop()
    }
  }
  const runWriter = async (): Promise<void> => {
    while (total() < commits) {
      const writer = startStoreProcess(kind)
      void writer.perform({ do: 'count', path, busyTimeoutMs: 20_000, keys }).catch(() => undefined)
      for await (const key of writer.lines) {
        acknowledged.set(key, (acknowledged.get(key) ?? 0) + 1)
        count.commits++
        if (total() % 1000 === 0) onProgress?.({ ...count, lost: 0, unexplained: 0 })
        // Its last words may still be on their way: they are heard to the end.
        if (total() < commits) disturb(writer)
        else void writer.kill()
      }
      stopped.delete(writer)
      await writer.kill()
      count.kills++
    }
    // One that is stopped would never say another word.
    for (const writer of stopped.keys()) void writer.kill()
  }
  await Promise.all(Array.from({ length: writers }, runWriter))
  return { ...count, ...(await compare({ kind, path, acknowledged, kills: count.kills })) }
}

interface Comparison {
  readonly kind: StoreKind
  readonly path: string
  readonly acknowledged: ReadonlyMap<string, number>
  readonly kills: number
}

async function compare({
  kind,
  path,
  acknowledged,
  kills,
}: Comparison): Promise<{ lost: number; unexplained: number }> {
  const store = openStore(kind, path)
  let lost = 0
  let more = 0
  for (const [key, told] of acknowledged) {
    const { entry } = await store.read(key)
    const { count } = JSON.parse(entry?.value ?? '{"count":0}') as { count: number }
    lost += Math.max(0, told - count)
    more += Math.max(0, count - told)
  }
  await store.close?.()
  // A writer that was killed between its commit and its word has committed once more.
  return { lost, unexplained: Math.max(0, more - kills) }
}
