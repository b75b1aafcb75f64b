import { lstatSync, mkdirSync, statfsSync, type BigIntStats } from 'node:fs'
import { dirname } from 'node:path'
import { AuthError } from '../errors.ts'
import { syncFolder } from './file-system.ts'
import { networkFileSystem } from './network-file-system.ts'

/** The folder of a store, looked at before each step: it may be replaced while a program runs. */
export interface FileFolder {
  /** Tells whether the folder is there, and fails when it is not ours alone. */
  isThere(): boolean
  /** Creates the folder when it is missing, with those on the way, for this user alone. */
  make(): Promise<void>
}

export function openFileFolder(path: string, options: { acceptNetwork: boolean }): FileFolder {
  let known: Pick<BigIntStats, 'dev' | 'ino'> | undefined

  const isThere = (): boolean => {
    const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false })
    if (stats === undefined) return false
    assertOurs(path, stats)
    if (known?.ino !== stats.ino || known.dev !== stats.dev) {
      if (!options.acceptNetwork) assertLocal(path)
      known = stats
    }
    return true
  }
  return {
    isThere,
    async make() {
      if (isThere()) return
      const first = mkdirSync(path, { recursive: true, mode: 0o700 })
      for (let made = path; first !== undefined; made = dirname(made)) {
        await syncFolder(dirname(made))
        if (made === first) break
      }
      isThere()
    },
  }
}

function assertOurs(path: string, stats: BigIntStats): void {
  if (!stats.isDirectory()) refuse(`The store path ${path} is a link or no folder. Name the folder itself.`)
  // Absent on Windows, where the folder's access list protects it and modes say nothing.
  const uid = process.getuid?.()
  if (uid === undefined) return
  if (Number(stats.uid) !== uid) refuse(`The store ${path} belongs to another user. Name a folder of this user.`)
  if ((Number(stats.mode) & 0o077) !== 0) {
    refuse(`Others have access to the store ${path}. Take it from them: chmod 700; or name a folder of its own.`)
  }
}

/** Elsewhere than on Linux, the numbers are not fixed and nobody can be asked. */
function assertLocal(path: string): void {
  if (process.platform !== 'linux') return
  const name = networkFileSystem(statfsSync(path).type)
  if (name === undefined) return
  refuse(
    `The store ${path} lies on ${name}, which may not keep what the store relies on: renames that one of many wins, and one clock. Use a local disk or another store; for a disk that you know to be local: networkFolder: 'accept'.`,
  )
}

function refuse(message: string): never {
  throw new AuthError('invalid_option', message)
}
