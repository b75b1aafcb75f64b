import { accessSync, constants } from 'node:fs'
import { tmpdir } from 'node:os'

/** A folder on a disk in memory where there is one: syncs are most of what a test on a real disk waits for. */
export function quickDisk(): string {
  const inMemory = '/dev/shm'
  try {
    accessSync(inMemory, constants.W_OK)
    return inMemory
  } catch {
    return tmpdir()
  }
}
