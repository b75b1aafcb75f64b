import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'

const workspace = join(import.meta.dirname, '../../..')

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>
}

/** Packages of ours in a folder of their own, as npm would install them. */
export interface InstalledCopy {
  /** Loads a path such as `@grantkit/auth-core/stores/sqlite` from this copy. */
  load<Module>(specifier: string): Promise<Module>
}

/** Copies what was built into a folder under the version given. Other people's packages are linked. */
export function installCopy(folder: string, version: string, names: readonly string[]): InstalledCopy {
  const manifests = new Map(names.map((name) => [`@grantkit/${name}`, installPackage(folder, version, name)]))
  return {
    load(specifier) {
      const [scope = '', name = '', ...path] = specifier.split('/')
      const target = manifests.get(`${scope}/${name}`)?.exports[['.', ...path].join('/')]
      if (typeof target !== 'object') throw new Error(`${specifier} is not exported by any package of this copy`)
      return import(pathToFileURL(join(folder, 'node_modules', scope, name, target['default'] ?? '')).href)
    },
  }
}

function installPackage(folder: string, version: string, name: string): Manifest {
  const from = join(workspace, 'packages', name)
  const to = join(folder, 'node_modules/@grantkit', name)
  const manifest = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8')) as Manifest
  cpSync(join(from, 'dist'), join(to, 'dist'), { recursive: true })
  // The condition that leads to the sources would lead out of the copy.
  const exports = Object.fromEntries(
    Object.entries(manifest.exports).map(([path, target]) =>
      typeof target === 'string' ? [path, target] : [path, { default: target['default'] ?? '' }],
    ),
  )
  writeFileSync(join(to, 'package.json'), JSON.stringify({ ...manifest, version, exports }))
  for (const dependency of Object.keys(manifest.dependencies ?? {})) {
    const link = join(folder, 'node_modules', dependency)
    if (dependency.startsWith('@grantkit/') || existsSync(link)) continue
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(join(from, 'node_modules', dependency), link, 'junction')
  }
  return { ...manifest, exports }
}
