import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { runPnpm, textOf } from './command.ts'
import type { Workspace } from './workspace.ts'

/** Packs packages into an empty folder, as they would be published, and gives the path of each tarball by name. */
export async function packPackages(
  workspace: Workspace,
  names: readonly string[],
  folder: string,
): Promise<ReadonlyMap<string, string>> {
  const filters = names.flatMap((name) => ['--filter', name])
  const packed = await runPnpm([...filters, '--recursive', 'pack', '--pack-destination', folder], {
    cwd: workspace.root,
  })
  if (packed.code !== 0) throw new Error(`pnpm pack failed: ${textOf(packed)}`)
  const files = readdirSync(folder)
  return new Map(names.map((name) => [name, join(folder, tarballOf(name, files))]))
}

function tarballOf(name: string, files: readonly string[]): string {
  const start = `${name.replace('@', '').replace('/', '-')}-`
  const file = files.find((candidate) => candidate.startsWith(start) && /^\d/.test(candidate.slice(start.length)))
  if (file === undefined) throw new Error(`pnpm pack made no tarball of ${name}`)
  return file
}
