import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

/** A package as it lies on the disk. */
export interface Installed {
  readonly folder: string
  readonly bytes: number
}

interface Manifest {
  readonly version?: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

const home = resolve(import.meta.dirname, '..')

/** Finds a package and everything that comes with it, itself first. Optional ones count where they are installed. */
export function findInstalled(name: string): readonly Installed[] {
  const found = new Map<string, Installed>()
  const visit = (folder: string): void => {
    if (found.has(folder)) return
    found.set(folder, { folder, bytes: bytesIn(folder) })
    const { dependencies = {}, optionalDependencies = {} } = readManifest(folder)
    for (const [dependency, range] of Object.entries({ ...dependencies, ...optionalDependencies })) {
      const at = locate(dependency, folder)
      if (at !== undefined) visit(checkPin(at, dependency, range))
      else if (!(dependency in optionalDependencies)) throw new Error(`${dependency}, needed in ${folder}, is missing.`)
    }
  }
  const itself = locate(name, home)
  if (itself === undefined) throw new Error(`${name} is not installed.`)
  visit(itself)
  return [...found.values()]
}

/** Where an import in that folder would find the package. */
function locate(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name)
    if (existsSync(join(candidate, 'package.json'))) return realpathSync(candidate)
    if (folder === dirname(folder)) return undefined
  }
}

/** Our packages are unpacked, not installed: their exact dependencies have to be those of this root. */
function checkPin(folder: string, name: string, range: string): string {
  const { version } = readManifest(folder)
  if (!/^\d+\.\d+\.\d+$/.test(range) || version === range) return folder
  throw new Error(`bench/package.json brings ${name} ${version}, but ${range} is needed.`)
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
}

function bytesIn(folder: string): number {
  return readdirSync(folder, { withFileTypes: true }).reduce((bytes, entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return entry.name === 'node_modules' ? bytes : bytes + bytesIn(path)
    return bytes + statSync(path).size
  }, 0)
}
