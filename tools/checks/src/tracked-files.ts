import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { runCommand } from './command.ts'

/** Every file git knows or would take in, as sorted paths from the root; deleted ones left out. */
export async function trackedFiles(root: string): Promise<readonly string[]> {
  const listed = await runCommand('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
  })
  if (listed.code !== 0) throw new Error(`git ls-files failed: ${listed.stderr.trim()}`)
  return [...new Set(listed.stdout.split('\0'))]
    .filter((file) => file !== '' && existsSync(join(root, file)))
    .toSorted()
}
