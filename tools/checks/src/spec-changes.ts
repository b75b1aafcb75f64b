import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { readChangesets } from './changeset-files.ts'
import { runCommand, textOf } from './command.ts'
import type { Finding, Gate, GateResult } from './gate.ts'
import { git, gitIfThere } from './git.ts'
import type { Workspace, WorkspacePackage } from './workspace.ts'

export const specChangesGate: Gate = {
  name: 'specs',
  script: 'check:specs',
  holds:
    'every change of a resolved spec has a changeset of the same change that names its package with the bump it needs',
  run: checkSpecChanges,
}

const bumps = ['none', 'patch', 'minor', 'major'] as const
type Bump = (typeof bumps)[number]

const shownChanges = 20

/** Compares each resolved spec with the one of the base, and what that needs with the changesets that came since. */
export async function checkSpecChanges(workspace: Workspace): Promise<GateResult> {
  const base = await findBase(workspace.root)
  const findings: Finding[] = []
  const details: string[] = []
  for (const { pkg, api } of generatedPackages(workspace)) {
    const change = await compareSpec(workspace.root, api, base)
    if (change === undefined || change.bump === 'none') continue
    details.push(`${api}: ${change.bump}`)
    findings.push(...(await missingBump(workspace.root, base, pkg, api, change)))
  }
  const summary = `${details.length} resolved specs changed since ${base.slice(0, 7)}`
  return { summary, details, findings }
}

/** Where this branch left the base branch; on that branch itself, the commit before, so that its last change counts. */
async function findBase(root: string): Promise<string> {
  const head = await git(root, ['rev-parse', 'HEAD'])
  for (const branch of ['origin/main', 'main']) {
    const base = await gitIfThere(root, ['merge-base', 'HEAD', branch])
    if (base !== undefined && base.trim() !== head) return base.trim()
  }
  const parent = await gitIfThere(root, ['rev-parse', '--verify', '--quiet', 'HEAD~1'])
  return parent?.trim() ?? head
}

function generatedPackages(workspace: Workspace): readonly { pkg: WorkspacePackage; api: string }[] {
  return workspace.packages
    .filter((pkg) => pkg.isPublic)
    .flatMap((pkg) => {
      const [, api] = /\bspecs generate (\S+)/.exec(pkg.manifest.scripts?.['generate'] ?? '') ?? []
      return api === undefined ? [] : [{ pkg, api }]
    })
}

/** What `specs diff --json` prints. */
interface SpecDiff {
  readonly bump: Bump
  readonly changes: readonly { readonly kind: string; readonly where: string; readonly what: string }[]
}

/** A spec that is new has no users yet. */
async function compareSpec(root: string, api: string, base: string): Promise<SpecDiff | undefined> {
  const path = join(root, 'specs', api, 'openapi.json')
  const before = await gitIfThere(root, ['show', `${base}:specs/${api}/openapi.json`])
  if (before === undefined || !existsSync(path) || readFileSync(path, 'utf8') === before) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'grantkit-spec-'))
  try {
    const old = join(folder, 'openapi.json')
    writeFileSync(old, before)
    return JSON.parse(await specsDiff(old, path)) as SpecDiff
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function specsDiff(before: string, after: string): Promise<string> {
  const tool = resolve(import.meta.dirname, '../../specs/src/main.ts')
  const result = await runCommand(process.execPath, [tool, 'diff', before, after, '--json'])
  if (result.code !== 0) throw new Error(`specs diff failed: ${textOf(result)}`)
  return result.stdout
}

async function missingBump(
  root: string,
  base: string,
  pkg: WorkspacePackage,
  api: string,
  { bump: change, changes }: SpecDiff,
): Promise<readonly Finding[]> {
  const needed = neededBump(change, pkg.manifest.version ?? '0.0.0')
  const recent = await filesSince(root, base)
  const named = readChangesets(root)
    .filter(({ file }) => recent.has(file))
    .map(({ bumps: names }) => names.get(pkg.name) ?? 'none')
  if (named.some((bump) => weight(bump) >= weight(needed))) return []
  const found = named.filter((bump) => bump !== 'none').join(', ')
  const lack = found === '' ? 'without a changeset' : `with a changeset for ${found} only`
  const lines = changes.slice(0, shownChanges).map(({ kind, where, what }) => `${kind} ${where}: ${what}`)
  return [
    {
      where: `specs/${api}/openapi.json`,
      problem: [`changed (${change}) ${lack}: ${pkg.name} needs ${needed}`, ...lines].join('\n'),
      fix: 'npx -y pnpm@12 changeset',
    },
  ]
}

/** Before 1.0, `^0.1.0` takes no minor release: a breaking change needs no more than that. */
export function neededBump(bump: Bump, version: string): Bump {
  return bump === 'major' && version.startsWith('0.') ? 'minor' : bump
}

function weight(bump: string): number {
  return bumps.findIndex((known) => known === bump)
}

/** Changesets that came or changed since the base, committed or not. */
async function filesSince(root: string, base: string): Promise<ReadonlySet<string>> {
  const changed = await git(root, ['diff', '--name-only', base, '--', '.changeset'])
  const untracked = await git(root, ['ls-files', '--others', '--exclude-standard', '--', '.changeset'])
  return new Set([...changed.split('\n'), ...untracked.split('\n')])
}
