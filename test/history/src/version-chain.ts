import { linesOf, type HistoryLine } from './history-line.ts'
import type { RecordFacts } from './record-facts.ts'

/** One value of the record as it was in the store. */
export interface Version {
  readonly version: string
  readonly record: RecordFacts
  /** Who wrote it; absent: the store brought an older value back by itself. */
  readonly worker?: string
}

/**
 * Puts all versions of the record in the order in which they were written. Each write names the version it replaced, so
 * the order follows from the lines themselves, whichever process wrote them; a write whose process was killed before it
 * could tell the answer is recognised by the versions that readers saw.
 */
export function versionChain(lines: readonly HistoryLine[]): Version[] {
  const intents = new Map(linesOf(lines, 'intent').map((intent) => [intent.id, intent]))
  const after = new Map<string | null, Version[]>()
  const explained = new Set<string>()
  for (const { id, version } of linesOf(lines, 'answer')) {
    const intent = version === 'conflict' ? undefined : intents.get(id)
    if (intent === undefined) continue
    explained.add(version)
    intents.delete(id)
    push(after, intent.ifVersion, { version, record: intent.record, worker: intent.worker })
  }
  for (const { version, record } of linesOf(lines, 'seen')) {
    if (explained.has(version)) continue
    explained.add(version)
    const intent = [...intents.values()].find((one) => JSON.stringify(one.record) === JSON.stringify(record))
    if (intent !== undefined) push(after, intent.ifVersion, { version, record, worker: intent.worker })
  }
  return follow(
    after,
    linesOf(lines, 'fault').some(({ fault }) => fault === 'store_lost_writes'),
  )
}

function follow(after: ReadonlyMap<string | null, readonly Version[]>, mayFork: boolean): Version[] {
  const known = new Set([...after.values()].flat().map(({ version }) => version))
  const starts = [...after.keys()].filter((version) => version === null || !known.has(version))
  if (starts.length !== 1) throw new Error(`The history has ${starts.length} beginnings instead of one.`)
  const chain: Version[] = []
  for (let next = after.get(starts[0] ?? null); next !== undefined;) {
    // What a store has lost was followed by something else later.
    const version = next.at(-1)
    if (version === undefined || (next.length > 1 && !mayFork)) throw new Error('Two writes replaced the same version.')
    chain.push(version)
    next = after.get(version.version)
  }
  return chain
}

function push(map: Map<string | null, Version[]>, key: string | null, version: Version): void {
  map.set(key, [...(map.get(key) ?? []), version])
}
