import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { Sandbox } from '../sandbox.ts'
import { isSandboxError, SandboxError } from '../sandbox-error.ts'
import { findWire } from '../wire.ts'
import { type FileLock, lockFile } from './file-lock.ts'
import type { SandboxSnapshot } from './snapshot.ts'

/** So long after a call the file is written, with all that came in the meantime. */
const writeDelayMs = 250

export interface StateFileOptions {
  readonly path: string
  /** The seed that was asked for; a file that grew from another one is refused. Default: whatever the file has. */
  readonly seed?: string
  /** Hears of what did not stop the sandbox: a broken file that was kept aside, or a write that failed. */
  readonly onProblem: (message: string) => void
}

/**
 * Lets a sandbox live on in a file: what is there is restored, and what happens is written, a quarter of a second later
 * and when the sandbox is closed. The file is replaced in one step and belongs to one sandbox at a time.
 *
 * Fails with `state_in_use`, `state_version`, `state_seed` or `state_unusable`.
 */
export function keepInFile(sandbox: Sandbox, options: StateFileOptions): void {
  const wire = findWire(sandbox)
  if (wire === undefined) throw new SandboxError('invalid_option', 'keepInFile needs what createSandbox returned.')
  const { path, onProblem } = options
  const lock = tellUnusable(path, () => lockFile(path))
  try {
    restoreFrom(sandbox, options)
  } catch (error) {
    lock.release()
    throw error
  }
  const write = (): void => {
    try {
      replaceFile(path, `${JSON.stringify(sandbox.snapshot())}\n`)
    } catch (error) {
      onProblem(`The state could not be written to ${path}: ${String(error)}`)
    }
  }
  wire.closers.add(startWriting(wire.played, write, lock))
}

/** Returns how to stop. */
function startWriting(played: Set<() => void>, write: () => void, lock: FileLock): () => Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const soon = (): void => {
    timer ??= setTimeout(() => {
      timer = undefined
      write()
    }, writeDelayMs)
  }
  played.add(soon)
  return async () => {
    played.delete(soon)
    clearTimeout(timer)
    write()
    lock.release()
  }
}

function restoreFrom(sandbox: Sandbox, { path, seed, onProblem }: StateFileOptions): void {
  const text = tellUnusable(path, () => (existsSync(path) ? readFileSync(path, 'utf8') : undefined))
  if (text === undefined) return
  try {
    const snapshot = JSON.parse(text) as SandboxSnapshot
    checkSeed(snapshot, path, seed)
    sandbox.restore(snapshot)
  } catch (error) {
    if (!(error instanceof SyntaxError) && !isSandboxError(error, 'broken_state')) throw error
    onProblem(`${path} is broken. It was kept as ${tellUnusable(path, () => keepAside(path))}, and all begins anew.`)
  }
}

function checkSeed(snapshot: SandboxSnapshot | null, path: string, seed: string | undefined): void {
  const found = snapshot?.seed
  if (seed === undefined || found === undefined || found === seed) return
  throw new SandboxError('state_seed', `${path} grew from the seed "${found}", not from "${seed}". Leave the seed out.`)
}

/** Moves a file to a name that nobody has, and returns that. */
function keepAside(path: string): string {
  for (let number = 1; ; number += 1) {
    const aside = `${path}.broken-${number}`
    if (existsSync(aside)) continue
    renameSync(path, aside)
    return aside
  }
}

/** Whatever happens, either the old file is there or the new one. */
function replaceFile(path: string, text: string): void {
  const next = `${path}.next`
  // Tokens stand in it.
  const file = openSync(next, 'w', 0o600)
  try {
    writeFileSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(next, path)
}

function tellUnusable<T>(path: string, act: () => T): T {
  try {
    return act()
  } catch (error) {
    if (isSandboxError(error)) throw error
    const message = `The state file ${path} cannot be used: ${error instanceof Error ? error.message : String(error)}`
    throw new SandboxError('state_unusable', message, { cause: error })
  }
}
