import type { Workspace } from './workspace.ts'

/** Every name a user can import: each export path of each published package. */
export function publicEntries(workspace: Workspace): readonly string[] {
  return workspace.packages
    .filter((pkg) => pkg.isPublic)
    .flatMap((pkg) =>
      Object.keys(pkg.manifest.exports ?? {})
        .filter((path) => path !== './package.json')
        .map((path) => pkg.name + path.slice(1)),
    )
}
