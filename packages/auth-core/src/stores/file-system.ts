import {
  closeSync,
  constants,
  fstatSync,
  fsync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { AuthError } from '../errors.ts'
import { systemCode } from './file-errors.ts'

// Names of an instant: Windows has none of these flags, and there no links without special rights.
const { O_RDONLY, O_NOFOLLOW = 0, O_DIRECTORY = 0 } = constants

/** Writes a new file for this user alone and waits until its bytes lie on the disk. */
export async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const file = openSync(path, 'wx', 0o600)
  try {
    writeFileSync(file, bytes)
    await sync(file)
  } finally {
    closeSync(file)
  }
}

/** Waits until the names in a folder lie on the disk. A folder that is gone has none. */
export async function syncFolder(path: string): Promise<void> {
  // Windows opens no folders; NTFS writes names in order by itself.
  if (process.platform === 'win32') return
  const folder = ifThere(() => openSync(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW))
  if (folder === undefined) return
  try {
    await sync(folder)
  } finally {
    closeSync(folder)
  }
}

/** Off the event loop: the one part of a step that waits for the disk. On macOS, libuv syncs down to the platter. */
function sync(descriptor: number): Promise<void> {
  return new Promise((resolve, reject) => fsync(descriptor, (error) => (error ? reject(error) : resolve())))
}

/** The bytes of a plain file, or `undefined` when there is none. A link is refused with `invalid_option`. */
export function readIfThere(path: string): Uint8Array | undefined {
  try {
    const file = openSync(path, O_RDONLY | O_NOFOLLOW)
    try {
      if (!fstatSync(file).isFile()) throw refusedLink()
      return readFileSync(file)
    } finally {
      closeSync(file)
    }
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    // What the system answers for a link that must not be followed.
    throw systemCode(error) === 'ELOOP' ? refusedLink() : error
  }
}

/** Tells whether the name is there, whatever it names. */
export function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined
}

/** Renames and tells whether the name was there. Of all who rename one name, one is told that it was. */
export function renameIfThere(from: string, to: string): boolean {
  return ifThere(() => renameSync(from, to) ?? true) ?? false
}

/** Removes a file and tells whether it was there. Of all who remove one name, one is told that it was. */
export function unlinkIfThere(path: string): boolean {
  return ifThere(() => unlinkSync(path) ?? true) ?? false
}

function ifThere<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}

export function refusedLink(): AuthError {
  return new AuthError(
    'invalid_option',
    'An entry of the store is a link or no plain file. Remove it; nothing was read.',
  )
}
