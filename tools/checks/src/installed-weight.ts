import { existsSync, globSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Finding } from './gate.ts'
import type { Manifest, Workspace, WorkspacePackage } from './workspace.ts'

/** What a user finds in node_modules after installing one package. */
export interface InstalledWeight {
  readonly name: string
  readonly limits: Limits
  readonly bytes: number
  /** Everybody else's packages, at all levels. */
  readonly foreign: readonly string[]
}

interface Limits {
  readonly bytes: number
  readonly foreign: number
}

const limitsOfApis: Limits = { bytes: 2_000_000, foreign: 4 }
// Zones (temporal-polyfill brings two more) and tokens of the app (jose).
const limitsOfOthers: Limits = { bytes: 3_000_000, foreign: 7 }
const runtime = '@grantkit/api-client'

/** Weighs each package that calls an API with all it brings; of ours what their tarballs hold. */
export function weighCallingPackages(
  workspace: Workspace,
  tarballBytes: ReadonlyMap<string, number>,
): readonly InstalledWeight[] {
  return workspace.packages
    .filter(({ folder, manifest }) => folder.startsWith('packages/') && runtime in (manifest.dependencies ?? {}))
    .map((pkg) => weigh(workspace, tarballBytes, pkg))
}

export function weightFindings({ name, limits, bytes, foreign }: InstalledWeight): readonly Finding[] {
  return [
    ...(bytes > limits.bytes ? [`takes ${inMb(bytes)} on the disk, more than ${inMb(limits.bytes)}`] : []),
    ...(foreign.length > limits.foreign
      ? [`brings ${foreign.length} packages of others, more than ${limits.foreign}: ${foreign.join(', ')}`]
      : []),
  ].map((problem) => ({ where: name, problem }))
}

export function describeWeight({ name, limits, bytes, foreign }: InstalledWeight): string {
  const others = `${foreign.length} of ${limits.foreign} packages of others (${foreign.join(', ')})`
  return `${name} installed: ${inMb(bytes)} of ${inMb(limits.bytes)}, ${others}`
}

function weigh(
  workspace: Workspace,
  tarballBytes: ReadonlyMap<string, number>,
  pkg: WorkspacePackage,
): InstalledWeight {
  const ours = new Map(workspace.packages.map((each) => [each.name, each]))
  const folders = new Map<string, string>()
  const visit = (folder: string, manifest: Manifest): void => {
    if (folders.has(manifest.name)) return
    folders.set(manifest.name, folder)
    for (const name of Object.keys(manifest.dependencies ?? {})) {
      const known = ours.get(name)
      if (known !== undefined) visit(known.path, known.manifest)
      else visitForeign(locate(name, folder))
    }
  }
  const visitForeign = (folder: string): void =>
    visit(folder, JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest)
  visit(pkg.path, pkg.manifest)
  const bytes = Array.from(folders, ([name, folder]) => tarballBytes.get(name) ?? bytesIn(folder))
  const isApi = existsSync(join(workspace.root, pkg.folder.replace('packages/', 'specs/')))
  return {
    name: pkg.name,
    limits: isApi ? limitsOfApis : limitsOfOthers,
    bytes: bytes.reduce((sum, each) => sum + each, 0),
    foreign: [...folders.keys()].filter((name) => !ours.has(name)).toSorted(),
  }
}

/** Where an import in that folder would find the package. */
function locate(name: string, from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name)
    if (existsSync(candidate)) return realpathSync(candidate)
    if (folder === dirname(folder)) throw new Error(`${name}, needed in ${from}, is not installed.`)
  }
}

function bytesIn(folder: string): number {
  const files = globSync('**/*', { cwd: folder, exclude: ['node_modules/**'] }).map((file) =>
    statSync(join(folder, file)),
  )
  return files.reduce((bytes, file) => (file.isFile() ? bytes + file.size : bytes), 0)
}

function inMb(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(2)} MB`
}
