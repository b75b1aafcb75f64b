import { readChangesets, type Changeset } from './changeset-files.ts'
import type { Finding, Gate, GateResult } from './gate.ts'
import { git } from './git.ts'
import type { Workspace, WorkspacePackage } from './workspace.ts'

export const changesetsGate: Gate = {
  name: 'changesets',
  script: 'check:changesets',
  holds: 'every published package that changed since its last release has a changeset that says so to its users',
  run: checkChangesets,
}

/** Compares what changed in each published package since its last release with the changesets that wait. */
export async function checkChangesets(workspace: Workspace): Promise<GateResult> {
  const packages = workspace.packages.filter((pkg) => pkg.isPublic)
  const changesets = readChangesets(workspace.root)
  const named = new Set(changesets.flatMap(({ bumps }) => [...bumps.keys()]))
  const known = new Set(packages.map((pkg) => pkg.name))
  const findings: Finding[] = changesets.flatMap((changeset) => changesetFindings(changeset, known))
  for (const pkg of packages) {
    const changed = await changedFiles(workspace.root, pkg)
    if (changed.length > 0 && !named.has(pkg.name)) findings.push(missingChangeset(pkg, changed))
  }
  return { summary: `${packages.length} published packages, ${changesets.length} changesets`, findings }
}

function changesetFindings(changeset: Changeset, known: ReadonlySet<string>): readonly Finding[] {
  const strangers = [...changeset.bumps.keys()].filter((name) => !known.has(name))
  return [
    ...strangers.map((name) => ({ where: changeset.file, problem: `names ${name}, which is not published` })),
    ...(changeset.text === '' ? [{ where: changeset.file, problem: 'tells users nothing' }] : []),
  ]
}

// The last release of a package is the commit that last changed its version; before the first one, everything is new.
async function changedFiles(root: string, pkg: WorkspacePackage): Promise<readonly string[]> {
  const release = await git(root, ['log', '-1', '--format=%H', '-G"version":', '--', `${pkg.folder}/package.json`])
  const first = await git(root, ['log', '--diff-filter=A', '--format=%H', '--', `${pkg.folder}/package.json`])
  const released = release !== '' && release !== first.split('\n').at(-1)
  const listed = released
    ? await git(root, ['diff', '--name-only', release, '--', pkg.folder])
    : await git(root, ['ls-files', '--', pkg.folder])
  return listed.split('\n').filter((file) => isShipped(file))
}

function isShipped(file: string): boolean {
  return /^[^/]+\/[^/]+\/(?:src\/.+|package\.json)$/.test(file) && !/\.test(-d)?\.ts$/.test(file)
}

function missingChangeset(pkg: WorkspacePackage, changed: readonly string[]): Finding {
  return {
    where: pkg.folder,
    problem: `${pkg.name} changed since its last release (${changed.length} files, such as ${changed[0]}) without a changeset`,
    fix: 'npx -y pnpm@12 changeset',
  }
}
