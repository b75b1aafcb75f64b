import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A disk of one megabyte, in memory. */
export interface SmallDisk {
  readonly folder: string
  fillUp(): void
  makeSpace(): void
  setReadOnly(isReadOnly: boolean): void
  remove(): void
}

export function createSmallDisk(): SmallDisk {
  const parent = mkdtempSync(join(tmpdir(), 'grantkit-disk-'))
  const folder = join(parent, 'disk')
  const filler = join(folder, 'filler')
  mkdirSync(folder)
  mount('size=1m,mode=0700', folder)
  return {
    folder,
    fillUp() {
      for (let bytes = 65_536; bytes >= 1; bytes = Math.floor(bytes / 2)) append(filler, bytes)
    },
    makeSpace: () => rmSync(filler),
    setReadOnly: (isReadOnly) => mount(`remount,${isReadOnly ? 'ro' : 'rw'}`, folder),
    remove() {
      execFileSync('umount', [folder])
      rmSync(parent, { recursive: true })
    },
  }
}

/** Only a superuser may mount. */
export function canMount(): boolean {
  try {
    createSmallDisk().remove()
    return true
  } catch {
    return false
  }
}

function mount(options: string, folder: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'ignore' })
}

function append(path: string, bytes: number): void {
  try {
    for (;;) writeFileSync(path, 'x'.repeat(bytes), { flag: 'a' })
  } catch {
    // Full but for less than this.
  }
}
