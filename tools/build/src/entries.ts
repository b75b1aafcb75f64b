import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

interface Manifest {
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>
}

const source = '@grantkit/source'

/**
 * The files of a package that somebody starts from, by their names in dist: what it exports, and the programs it runs
 * in processes of their own (`*-program.ts`).
 */
export function findEntries(folder: string): Readonly<Record<string, string>> {
  const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
  const exported = Object.values(exports).flatMap((target) =>
    typeof target === 'string' ? [] : [target[source] ?? ''],
  )
  const programs = globSync('src/**/*-program.ts', { cwd: folder })
  const files = [...exported, ...programs].map((file) => file.replaceAll('\\', '/').replace(/^\.\//, ''))
  return Object.fromEntries(files.map((file) => [file.replace(/^src\/(.+)\.ts$/, '$1'), join(folder, file)]))
}
