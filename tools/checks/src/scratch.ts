import { mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Workspace, WorkspacePackage } from './workspace.ts'

/** An empty folder of one gate inside the checkout, so that modules resolve from there; git ignores it. */
export function emptyFolder(workspace: Workspace, name: string): string {
  const folder = join(workspace.root, '.tmp/checks', name)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  return folder
}

/** Makes packages importable by name from a folder, as if they were installed there. */
export function linkPackages(folder: string, packages: readonly WorkspacePackage[]): void {
  for (const pkg of packages) linkFolder(folder, pkg.name, pkg.path)
}

/** Makes one folder importable under a package name. */
export function linkFolder(folder: string, name: string, target: string): void {
  const link = join(folder, 'node_modules', name)
  mkdirSync(dirname(link), { recursive: true })
  symlinkSync(target, link, 'junction')
}
