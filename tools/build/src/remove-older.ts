import { globSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Removes the files that were last written before that time: what an earlier build left. */
export function removeOlder(folder: string, thanMs: number): void {
  for (const file of globSync('**/*', { cwd: folder })) {
    const path = join(folder, file)
    const stats = statSync(path)
    if (stats.isFile() && stats.mtimeMs < thanMs) rmSync(path)
  }
}
