import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { SandboxError } from '../sandbox-error.ts'

/** Sees to it that one process at a time works on a file. */
export interface FileLock {
  release(): void
}

/** The locks of this process: in a container every sandbox has the number of the one before it. */
const ownLocks = new Set<string>()

/**
 * Takes the lock of a file: another one beside it with the number of the process. One whose process has ended is taken
 * over. Fails with `state_in_use`.
 */
export function lockFile(path: string): FileLock {
  const lock = `${path}.lock`
  const own = `${lock}.${process.pid}`
  writeFileSync(own, String(process.pid))
  try {
    if (!tryLink(own, lock)) takeOver(lock, own)
  } finally {
    rmSync(own, { force: true })
  }
  const key = resolve(lock)
  ownLocks.add(key)
  return {
    release() {
      ownLocks.delete(key)
      rmSync(lock, { force: true })
    },
  }
}

function takeOver(lock: string, own: string): void {
  const holder = readHolder(lock)
  if (holder !== undefined && isHeld(lock, holder)) throw inUse(lock, holder)
  // Whoever moves a dead lock away first has it; what was moved is looked at again, since it may be a newer one.
  const moved = `${own}.dead`
  try {
    renameSync(lock, moved)
  } catch {
    throw inUse(lock, readHolder(lock))
  }
  const found = readHolder(moved)
  if (found !== holder) tryLink(moved, lock)
  rmSync(moved, { force: true })
  if (found !== holder || !tryLink(own, lock)) throw inUse(lock, readHolder(lock))
}

/** Makes `lock` out of `own` unless it is there: a link does both in one step. */
function tryLink(own: string, lock: string): boolean {
  try {
    linkSync(own, lock)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

function readHolder(lock: string): number | undefined {
  try {
    const pid = Number(readFileSync(lock, 'utf8'))
    return Number.isInteger(pid) && pid > 0 ? pid : undefined
  } catch {
    return undefined
  }
}

function isHeld(lock: string, holder: number): boolean {
  return holder === process.pid ? ownLocks.has(resolve(lock)) : isRunning(holder)
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // Somebody else's process runs, too.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function inUse(lock: string, holder: number | undefined): SandboxError {
  const who = holder === undefined ? 'Another sandbox' : `Process ${holder}`
  return new SandboxError(
    'state_in_use',
    `${who} works on this state. Stop it, or delete ${lock} if no sandbox runs any more.`,
  )
}
