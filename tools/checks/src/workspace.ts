import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

export interface Manifest {
  readonly name: string
  readonly version?: string
  readonly private?: boolean
  readonly type?: string
  readonly license?: string
  readonly description?: string
  readonly sideEffects?: boolean
  readonly repository?: { readonly directory?: string }
  readonly engines?: { readonly node?: string }
  readonly publishConfig?: { readonly access?: string; readonly provenance?: boolean }
  readonly files?: readonly string[]
  readonly bin?: Readonly<Record<string, string>>
  readonly exports?: Readonly<Record<string, unknown>>
  readonly scripts?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>
}

export interface WorkspacePackage {
  readonly name: string
  /** Path from the root with forward slashes: `packages/auth-core`. */
  readonly folder: string
  readonly path: string
  readonly manifest: Manifest
  readonly isPublic: boolean
}

export interface Workspace {
  readonly root: string
  readonly manifest: Manifest
  readonly packages: readonly WorkspacePackage[]
}

const workspaceFolders = ['packages', 'apps', 'tools', 'test', 'examples'] as const

/** Reads every package.json of the workspace, in the order of the folders. */
export function readWorkspace(root: string): Workspace {
  const path = resolve(root)
  const packages = workspaceFolders.flatMap((folder) => readFolder(path, folder))
  return { root: path, manifest: readManifest(path), packages }
}

/** Every TypeScript file under a folder, as paths from that folder with forward slashes, sorted. */
export function sourceFiles(folder: string): readonly string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => file.endsWith('.ts') && !/(^|\/)(node_modules|dist)\//.test(file))
    .toSorted()
}

function readFolder(root: string, folder: string): readonly WorkspacePackage[] {
  if (!existsSync(join(root, folder))) return []
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(root, folder, entry.name, 'package.json')))
    .map((entry) => entry.name)
    .toSorted()
    .map((name) => readPackage(root, `${folder}/${name}`))
}

function readPackage(root: string, folder: string): WorkspacePackage {
  const path = join(root, folder)
  const manifest = readManifest(path)
  return { name: manifest.name, folder, path, manifest, isPublic: manifest.private !== true }
}

function readManifest(path: string): Manifest {
  return JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as Manifest
}
