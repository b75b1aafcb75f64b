import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync, existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { SpecFiles } from './resolve-spec.ts'
import { parseProvenance } from './parse-provenance.ts'
import { SpecsError } from './specs-error.ts'

/** Names of all APIs: the folders under specs that have a source.json. */
export function listApis(root: string): string[] {
  const folder = join(root, 'specs')
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, 'source.json')))
    .map((entry) => entry.name)
    .toSorted()
}

/** Reads the files of one API; an unknown name is an error that names those that exist. */
export function readSpecFiles(root: string, api: string): SpecFiles {
  const apis = listApis(root)
  if (!apis.includes(api)) {
    throw new SpecsError('unknown_api', `There is no API "${api}" under specs. There is: ${apis.join(', ') || 'none'}.`)
  }
  const folder = join(root, 'specs', api)
  const provenance = readText(join(folder, 'source.json'))
  return {
    provenance,
    source: readText(join(folder, parseProvenance(provenance).source)),
    overlay: readText(join(folder, 'overlay.yaml')),
  }
}

export function readTextIfThere(path: string): string | undefined {
  return existsSync(path) ? readText(path) : undefined
}

export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new SpecsError('file_unreadable', `${path} cannot be read: ${String(error)}`, { cause: error })
  }
}

/** Writes a file whole or not at all, and not when it has the text already. Tells whether it wrote. */
export function writeIfChanged(path: string, text: string): boolean {
  if (readTextIfThere(path) === text) return false
  mkdirSync(dirname(path), { recursive: true })
  // Two generate scripts may write the same document at once; each renames a file of its own into place.
  const temporary = `${path}.${process.pid}.tmp`
  writeFileSync(temporary, text)
  renameSync(temporary, path)
  return true
}
