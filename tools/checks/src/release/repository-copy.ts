import { cpSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { runCommand, runPnpm } from '../command.ts'
import { trackedFiles } from '../tracked-files.ts'
import type { Workspace } from '../workspace.ts'
import { succeed } from './step.ts'

const author = ['-c', 'user.name=Rehearsal', '-c', 'user.email=rehearsal@example.com']

/**
 * Copies what git has or would take in to another folder, as one commit of a new repository, and installs it. Changes
 * that are not committed yet are rehearsed too, and nothing the rehearsal does reaches this checkout.
 */
export async function copyRepository(workspace: Workspace, to: string): Promise<string> {
  for (const file of await trackedFiles(workspace.root)) {
    mkdirSync(dirname(join(to, file)), { recursive: true })
    cpSync(join(workspace.root, file), join(to, file))
  }
  await succeed('git init', runCommand('git', ['init', '--quiet', '--initial-branch=main'], { cwd: to }))
  await succeed('git add', runCommand('git', ['add', '--all'], { cwd: to }))
  const commit = [...author, '-c', 'commit.gpgsign=false', 'commit', '--quiet', '--message', 'Rehearsal']
  await succeed('git commit', runCommand('git', commit, { cwd: to }))
  await succeed('pnpm install', runPnpm(['install', '--frozen-lockfile', '--prefer-offline'], { cwd: to }))
  return to
}
