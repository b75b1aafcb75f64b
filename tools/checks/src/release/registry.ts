import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { runCommand, runPnpm, runTool } from '../command.ts'
import { startServer, type RunningServer } from '../start-server.ts'
import type { Workspace } from '../workspace.ts'
import { succeed } from './step.ts'

/** Starts the registry of `rehearsal/`, a root of its own, after installing it; other packages come from the machine's registry. */
export async function startRegistry(workspace: Workspace, storage: string): Promise<RunningServer> {
  const home = join(workspace.root, 'rehearsal')
  mkdirSync(storage, { recursive: true })
  await succeed('install rehearsal/', runPnpm(['install', '--frozen-lockfile', '--prefer-offline'], { cwd: home }))
  await succeed('typecheck rehearsal/', runTool('typescript#tsc', ['-p', 'rehearsal']))
  const uplink = await succeed('npm config', runCommand('npm', ['config', 'get', 'registry'], { cwd: storage }))
  return await startServer('the registry', [join(home, 'registry.ts'), storage, uplink.trim()], home)
}
