/**
 * What this process knows of when to look at which record again, so that a pass does not read the whole outbox. Only a
 * hint: another process may make an entry due earlier, so nothing is put off for longer than `longestMs`.
 */
export interface Agenda {
  isDue(key: string): boolean
  /** Looks again then; if nothing is said, as late as an agenda allows. */
  putOff(key: string, forMs?: number): void
  drop(key: string): void
  /** Forgets those that are not listed any more. */
  retain(keys: readonly string[]): void
  clear(): void
  /** When the next of them is due; `longestMs` without any. */
  nextInMs(): number
}

export function createAgenda(nowMs: () => number, longestMs: number): Agenda {
  const dueAt = new Map<string, number>()
  return {
    isDue: (key) => (dueAt.get(key) ?? 0) <= nowMs(),
    putOff: (key, forMs = longestMs) => void dueAt.set(key, nowMs() + Math.min(forMs, longestMs)),
    drop: (key) => void dueAt.delete(key),
    retain(keys) {
      const listed = new Set(keys)
      for (const key of dueAt.keys()) if (!listed.has(key)) dueAt.delete(key)
    },
    clear: () => dueAt.clear(),
    nextInMs() {
      let next = nowMs() + longestMs
      for (const atMs of dueAt.values()) next = Math.min(next, atMs)
      return Math.max(0, next - nowMs())
    },
  }
}
