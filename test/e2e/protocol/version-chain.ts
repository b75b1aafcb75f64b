import type { HistoryLine, RecordFacts } from './history.ts'

export interface Version {
  readonly version: string
  readonly record: RecordFacts
}

/**
 * Puts all versions of the record in the order in which they were written. Each write names the version it replaced, so
 * the order follows from the lines themselves, whichever process wrote them; a write whose process was killed before it
 * could tell the answer is recognised by the versions that readers saw.
 */
export function versionChain(lines: readonly HistoryLine[]): Version[] {
  const intents = new Map(lines.flatMap((line) => (line.kind === 'intent' ? [[line.id, line] as const] : [])))
  const after = new Map<string | null, Version[]>()
  const explained = new Set<string>()
  for (const line of lines) {
    const intent = line.kind === 'answer' && line.version !== 'conflict' ? intents.get(line.id) : undefined
    if (line.kind !== 'answer' || intent === undefined) continue
    explained.add(line.version)
    intents.delete(line.id)
    push(after, intent.ifVersion, { version: line.version, record: intent.record })
  }
  for (const line of lines) {
    if (line.kind !== 'seen' || explained.has(line.version)) continue
    explained.add(line.version)
    const intent = [...intents.values()].find(({ record }) => JSON.stringify(record) === JSON.stringify(line.record))
    if (intent !== undefined) push(after, intent.ifVersion, { version: line.version, record: line.record })
  }
  return follow(after)
}

function follow(after: ReadonlyMap<string | null, readonly Version[]>): Version[] {
  const known = new Set([...after.values()].flat().map(({ version }) => version))
  const starts = [...after.keys()].filter((version) => version === null || !known.has(version))
  if (starts.length !== 1) throw new Error(`The history has ${starts.length} beginnings instead of one.`)
  const chain: Version[] = []
  for (let next = after.get(starts[0] ?? null); next !== undefined;) {
    const [version, second] = next
    if (version === undefined || second !== undefined) throw new Error('Two writes replaced the same version.')
    chain.push(version)
    next = after.get(version.version)
  }
  return chain
}

function push(map: Map<string | null, Version[]>, key: string | null, version: Version): void {
  map.set(key, [...(map.get(key) ?? []), version])
}
