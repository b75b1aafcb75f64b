import { join, resolve } from 'node:path'
import { runPnpm, textOf } from './command.ts'

const root = resolve(import.meta.dirname, '../../..')

/** Installs the other runtimes, which a clone does not pay for, and gives their folder. Ends the command where it cannot. */
export async function installRuntimes(): Promise<string> {
  if (process.platform !== 'linux') {
    console.error(
      'The runtimes are pinned for Linux only. Here, run the tests with the Node you installed: npx -y pnpm@12 test',
    )
    process.exit(1)
  }
  const home = join(root, 'runtimes')
  const installed = await runPnpm(['install', '--frozen-lockfile', '--prefer-offline'], { cwd: home })
  if (installed.code === 0) return home
  console.error(textOf(installed))
  process.exit(1)
}
