import { checkOptions } from '../check-options.ts'
import { AuthError, isAuthError } from '../errors.ts'
import type { Store } from '../store.ts'
import type { KeyRing } from './encrypted-keys.ts'
import { readHead, type SealedHead } from './sealed-value.ts'

export interface RotateOptions {
  /** Stops between two entries. What is sealed anew stays so. */
  readonly signal?: AbortSignal
  /** Called after each entry. */
  readonly onProgress?: (progress: RotationProgress) => void
}

export interface RotationProgress {
  /** Entries that were there at the start, and how many of them have been looked at. */
  readonly total: number
  readonly done: number
  readonly resealed: number
  readonly failed: number
}

export interface KeyRotation extends RotationProgress {
  /** Entries that could not be sealed anew, and why. */
  readonly failures: readonly { readonly key: string; readonly error: AuthError }[]
  /** What is in the store afterwards, with what others wrote meanwhile. */
  readonly inUse: KeysInUse
}

export interface KeysInUse {
  /** How many values are sealed with each key. */
  readonly keys: Readonly<Record<string, number>>
  readonly unsealed: number
}

/** What rotating needs of an encrypted store. */
export interface RotationPorts {
  readonly store: Store
  readonly ring: KeyRing
  headOf(stored: string): SealedHead | undefined
  openStored(key: string, stored: string): Promise<string>
  sealFor(key: string, value: string, expiresAtMs?: number): Promise<string>
}

/** Others may write an entry while it is sealed anew; each of these rounds is lost to one of their writes. */
const roundsAtMost = 1000

/**
 * Seals anew, entry by entry, by compare-and-swap: what others write meanwhile stays. It remembers nothing: the stored
 * values themselves say what is left to do.
 */
export async function rotate(ports: RotationPorts, options: RotateOptions): Promise<KeyRotation> {
  checkOptions('rotateKeys', options, ['signal', 'onProgress'])
  const { signal, onProgress } = options
  const keys: string[] = []
  for await (const key of allKeys(ports.store, { signal })) keys.push(key)
  const failures: { key: string; error: AuthError }[] = []
  let resealed = 0
  let done = 0
  const progress = (): RotationProgress => ({ total: keys.length, done, resealed, failed: failures.length })
  for (const key of keys) {
    signal?.throwIfAborted()
    try {
      if (await reseal(ports, key)) resealed++
    } catch (error) {
      if (!isAboutEntry(error)) throw error
      failures.push({ key, error })
    }
    done++
    onProgress?.(progress())
  }
  return { ...progress(), failures, inUse: await countKeys(ports.store, { signal }) }
}

/** Counts the values sealed with each key, without opening any. */
export async function countKeys(store: Store, { signal }: { signal?: AbortSignal | undefined }): Promise<KeysInUse> {
  const counts = new Map<string, number>()
  let unsealed = 0
  for await (const key of allKeys(store, { signal })) {
    signal?.throwIfAborted()
    const { entry } = await store.read(key)
    if (entry === undefined) continue
    const head = readHead(entry.value)
    if (head === undefined) unsealed++
    else counts.set(head.keyId, (counts.get(head.keyId) ?? 0) + 1)
  }
  return { keys: Object.fromEntries(counts), unsealed }
}

/** Seals one entry anew if it needs it, and tells whether it did. */
async function reseal({ store, ring, headOf, openStored, sealFor }: RotationPorts, key: string): Promise<boolean> {
  const { fingerprint } = await ring.get(ring.current)
  for (let round = 0; round < roundsAtMost; round++) {
    const { nowMs, entry } = await store.read(key)
    if (entry === undefined) return false
    const head = headOf(entry.value)
    const expiresAtMs = head?.expiresAtMs
    const value = await openStored(key, entry.value)
    if (head?.keyId === ring.current && head.fingerprint === fingerprint) return false
    const sealed = await sealFor(key, value, expiresAtMs)
    // Expired on the way: it will read as absent in a moment.
    const expiry = expiresAtMs === undefined ? {} : { expiresInMs: Math.max(1, expiresAtMs - nowMs) }
    if ((await store.write(key, sealed, { ifVersion: entry.version, ...expiry })) !== 'conflict') return true
  }
  throw new AuthError('store_busy', 'Others keep writing this entry. Rotate again later.')
}

async function* allKeys(store: Store, { signal }: { signal?: AbortSignal | undefined }): AsyncGenerator<string> {
  let cursor: string | undefined
  do {
    signal?.throwIfAborted()
    const page = await store.list('', cursor === undefined ? {} : { cursor })
    yield* page.keys
    cursor = page.cursor
  } while (cursor !== undefined)
}

/** What is wrong with one entry; all else concerns the store or the keys and would hit every entry alike. */
function isAboutEntry(error: unknown): error is AuthError {
  return (
    isAuthError(error, 'store_key_missing') ||
    isAuthError(error, 'store_value_invalid') ||
    isAuthError(error, 'store_value_newer') ||
    isAuthError(error, 'store_busy')
  )
}
