import { lstatSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { AuthError } from '../errors.ts'
import { damagedEntry, isRefusal, systemCode } from './file-errors.ts'
import {
  newFolderName,
  newId,
  parseChainName,
  stepName,
  successorOf,
  versionName,
  type Step,
  type Version,
} from './file-names.ts'
import { isThere, refusedLink, renameIfThere, syncFolder, unlinkIfThere, writeSynced } from './file-system.ts'

// A record is a folder that holds one current file `<n>.<a>`. To follow it, a writer lays its bytes, synced, beside it
// as `<n>.<a>~<b>` and renames `<n>.<a>` to `<n>.<a>+<b>`: that decides, and a name can be renamed away once only.
// Whoever meets a `+` finishes it: `<n>.<a>~<b>` becomes `<n+1>.<b>`, then the `+` goes. Ids are random, so a name that
// is gone never comes back; whoever was stopped, for however long, finds its names gone and does no harm. Nobody owns
// or locks anything, so there is nothing that a killed process could leave locked.

/** The present entry of a record and where its bytes are, for as long as it is present. */
export interface Head {
  readonly version: string
  readonly path: string
}

interface Chain {
  readonly currents: readonly Version[]
  readonly candidates: readonly Step[]
  readonly decided: readonly Step[]
}

const looksAtMost = 20

/**
 * Finds the present entry of a record, finishing what is decided; `undefined` when there is none. Where this user may
 * not write, what is decided is told and left as it is.
 */
export async function findHead(folder: string): Promise<Head | undefined> {
  for (let unclear = 0; unclear < looksAtMost;) {
    const chain = readChain(folder)
    if (chain === undefined) return undefined
    const head = newest(chain)
    if (head === undefined) {
      // No system promises that a list shows a name which is renamed meanwhile: look once more before saying no.
      if (chain.decided.length === 0 && unclear > 0) return undefined
      unclear++
      continue
    }
    const found = { version: versionName(head), path: join(folder, head.name) }
    if (chain.decided.length === 0) return found
    const result = await finish(folder, chain, head)
    if (result === 'refused') return found
    if (result === 'unclear') unclear++
  }
  throw damagedEntry('the file that should follow is gone')
}

/** Writes `bytes` over the named entry. A conflict: something else came first. */
export async function follow(folder: string, { version }: Head, bytes: Uint8Array): Promise<Head | 'conflict'> {
  const base = parseChainName(version)
  if (base === undefined) return 'conflict'
  const step: Step = { ...base, mark: '~', nextId: newId() }
  const candidate = join(folder, stepName(step))
  const next = versionName(successorOf(step))
  try {
    await writeSynced(candidate, bytes)
    await syncFolder(folder)
  } catch (error) {
    quietly(() => unlinkIfThere(candidate))
    // The folder went with the entry.
    if (systemCode(error) === 'ENOENT') return 'conflict'
    throw error
  }
  if (!renameIfThere(join(folder, version), join(folder, stepName(step, '+')))) {
    quietly(() => unlinkIfThere(candidate))
    return 'conflict'
  }
  await finishOwn(folder, step)
  return { version: next, path: join(folder, next) }
}

/** Makes the record with its first entry. `'again'`: it was there, or something of it still is; look again. */
export async function begin(storeFolder: string, folder: string, bytes: Uint8Array): Promise<Head | 'again'> {
  clearFolder(folder)
  const id = newId()
  const making = join(storeFolder, newFolderName(id))
  const version = versionName({ count: 1, id })
  try {
    mkdirSync(making, { mode: 0o700 })
    await writeSynced(join(making, version), bytes)
    await syncFolder(making)
    // Takes the place of an empty folder or of none, never of a record.
    renameSync(making, folder)
  } catch (error) {
    rmSync(making, { recursive: true, force: true })
    // ENOENT: it took so long that it was cleared away as left behind.
    if (['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(String(systemCode(error)))) return 'again'
    throw error
  }
  await syncFolder(storeFolder)
  return { version, path: join(folder, version) }
}

/** Makes the error for a record that cannot be made, time and again, although it has no entry. */
export function unmakeable(folder: string): AuthError {
  const foreign = namesIn(folder).filter((name) => parseChainName(name) === undefined)
  if (foreign.length > 0) return damagedEntry('its folder holds what is not of the store')
  return new AuthError('store_busy', 'Others keep changing this entry of the store. Try again later.')
}

/** Removes the named entry and, with it, the record. */
export async function erase(folder: string, { version }: Head): Promise<'removed' | 'conflict'> {
  if (!unlinkIfThere(join(folder, version))) return 'conflict'
  await syncFolder(folder)
  clearFolder(folder)
  return 'removed'
}

function readChain(folder: string): Chain | undefined {
  const stats = lstatSync(folder, { throwIfNoEntry: false })
  if (stats === undefined) return undefined
  if (!stats.isDirectory()) throw refusedLink()
  const names = namesIn(folder).flatMap((name) => parseChainName(name) ?? [])
  const steps = names.filter((name): name is Step => 'mark' in name)
  return {
    currents: names.filter((name) => !('mark' in name)),
    candidates: steps.filter(({ mark }) => mark === '~'),
    decided: steps.filter(({ mark }) => mark === '+'),
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return []
    throw error
  }
}

/** The newest entry that is current, or decided with its bytes still lying beside it. */
function newest({ currents, candidates, decided }: Chain): (Version & { name: string }) | undefined {
  const heads = currents.map((current) => ({ ...current, name: versionName(current) }))
  for (const step of decided) {
    if (candidates.some(({ nextId }) => nextId === step.nextId)) {
      heads.push({ ...successorOf(step), name: stepName(step, '~') })
    }
  }
  return heads.toSorted((one, other) => other.count - one.count)[0]
}

async function finish(folder: string, chain: Chain, head: Version): Promise<'finished' | 'unclear' | 'refused'> {
  try {
    let result: 'finished' | 'unclear' = 'unclear'
    for (const step of chain.decided) {
      // What it decided has to be seen before the last trace of it goes.
      if (head.count <= step.count) continue
      renameIfThere(join(folder, stepName(step, '~')), join(folder, versionName(successorOf(step))))
      await syncFolder(folder)
      unlinkIfThere(join(folder, stepName(step)))
      result = 'finished'
    }
    return result
  } catch (error) {
    if (isRefusal(error)) return 'refused'
    throw error
  }
}

/** The step is decided: only the sync can still fail it, and what is not finished here, others finish. */
async function finishOwn(folder: string, step: Step): Promise<void> {
  quietly(() => renameIfThere(join(folder, stepName(step)), join(folder, versionName(successorOf(step)))))
  await syncFolder(folder)
  quietly(() => unlinkIfThere(join(folder, stepName(step, '+'))))
  quietly(() => clearCandidates(folder))
}

/** Clears away what can no longer follow: its base is gone, and not into a decision for it. In this order. */
function clearCandidates(folder: string): void {
  for (const step of readChain(folder)?.candidates ?? []) {
    if (isThere(join(folder, versionName(step))) || isThere(join(folder, stepName(step, '+')))) continue
    unlinkIfThere(join(folder, stepName(step)))
  }
}

/** Removes the folder of a record that has no entry, unless somebody is about to write into it. */
function clearFolder(folder: string): void {
  if (!isThere(folder)) return
  quietly(() => {
    clearCandidates(folder)
    rmdirSync(folder)
  })
}

/** For what others do too: whoever comes next looks again. */
function quietly(work: () => unknown): void {
  try {
    work()
  } catch {
    // What is left behind means nothing to readers.
  }
}
