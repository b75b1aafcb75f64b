import { damagedEntry } from './file-errors.ts'
import { decodeEntry, type FileEntry } from './file-entry.ts'
import { findHead, type Head } from './file-record.ts'
import { readIfThere } from './file-system.ts'

export interface FoundEntry {
  readonly head: Head
  readonly entry: FileEntry
}

/**
 * Reads the present entry of a record, expired or not; `undefined` when there is none. Given the key, an entry of
 * another key, moved here, is refused with `store_value_invalid`.
 */
export async function readEntry(record: string, key?: string): Promise<FoundEntry | undefined> {
  for (;;) {
    const head = await findHead(record)
    if (head === undefined) return undefined
    const bytes = readIfThere(head.path)
    // Gone: something followed it. Each further look is owed to another writer's success.
    if (bytes === undefined) continue
    const entry = decodeEntry(bytes, head.version)
    if (key !== undefined && entry.key !== key) throw damagedEntry('it belongs to another key', head.version)
    return { head, entry }
  }
}
