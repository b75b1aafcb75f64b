import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Finding, Gate, GateResult } from './gate.ts'
import type { Manifest, Workspace, WorkspacePackage } from './workspace.ts'

export const exportsGate: Gate = {
  name: 'exports',
  script: 'check:exports',
  holds: 'the package.json of every published package names files that exist, in the one shape all share',
  run: (workspace) => Promise.resolve(checkExports(workspace)),
}

const conditionNames = ['@grantkit/source', 'types', 'default']
const withoutTests = ['!src/**/*.test.ts', '!src/**/*.test-d.ts']

/** Compares exports, files, bin and the fields every published package shares with the tree. */
export function checkExports(workspace: Workspace): GateResult {
  const packages = workspace.packages.filter((pkg) => pkg.isPublic)
  const paths = packages.flatMap((pkg) => Object.keys(pkg.manifest.exports ?? {}))
  return {
    summary: `${packages.length} published packages, ${paths.length} export paths`,
    findings: packages.flatMap((pkg) => packageFindings(workspace, pkg)),
  }
}

function packageFindings(workspace: Workspace, pkg: WorkspacePackage): readonly Finding[] {
  const where = `${pkg.folder}/package.json`
  const problems = [
    ...Object.entries(pkg.manifest.exports ?? {}).flatMap(([path, target]) => exportProblems(pkg, path, target)),
    ...fieldProblems(workspace, pkg),
    ...fileProblems(pkg),
  ]
  return problems.map((problem) => ({ where, problem }))
}

function exportProblems(pkg: WorkspacePackage, path: string, target: unknown): readonly string[] {
  if (path === './package.json') return target === path ? [] : ['exports "./package.json" must be itself']
  if (path.includes('*')) return [`exports "${path}": patterns make everything reachable; list each path`]
  const conditions = typeof target === 'object' && target !== null ? (target as Record<string, unknown>) : {}
  if (Object.keys(conditions).join() !== conditionNames.join()) {
    return [`exports "${path}" must have the conditions ${conditionNames.join(', ')}, in this order`]
  }
  const source = String(conditions['@grantkit/source'])
  const stem = /^\.\/src\/(.+)\.ts$/.exec(source)?.[1]
  if (stem === undefined) return [`exports "${path}": the source ${source} is not ./src/….ts`]
  return [
    ...(existsSync(join(pkg.path, source)) ? [] : [`exports "${path}" names ${source}, which does not exist`]),
    ...(conditions['types'] === `./dist/${stem}.d.ts` ? [] : [`exports "${path}": types must be ./dist/${stem}.d.ts`]),
    ...(conditions['default'] === `./dist/${stem}.js` ? [] : [`exports "${path}": default must be ./dist/${stem}.js`]),
  ]
}

function fieldProblems(workspace: Workspace, pkg: WorkspacePackage): readonly string[] {
  const { manifest } = pkg
  const expected: readonly (readonly [string, unknown, unknown])[] = [
    ['type', manifest.type, 'module'],
    ['license', manifest.license, workspace.manifest.license],
    ['sideEffects', manifest.sideEffects, false],
    ['engines.node', manifest.engines?.node, workspace.manifest.engines?.node],
    ['repository.directory', manifest.repository?.directory, pkg.folder],
    ['publishConfig.access', manifest.publishConfig?.access, 'public'],
    ['publishConfig.provenance', manifest.publishConfig?.provenance, true],
    ['exports "."', manifest.exports?.['.'] !== undefined, true],
    ['exports "./package.json"', manifest.exports?.['./package.json'], './package.json'],
    ['a description', (manifest.description ?? '') !== '', true],
  ]
  return [
    ...expected
      .filter(([, actual, wanted]) => actual !== wanted)
      .map(([field, actual, wanted]) => `${field} is ${JSON.stringify(actual)}, must be ${JSON.stringify(wanted)}`),
    ...peerProblems(manifest),
  ]
}

/** A peer is for an entry that is named after it and does nothing but join the two. */
function peerProblems({ peerDependencies = {}, peerDependenciesMeta, exports }: Manifest): readonly string[] {
  return Object.keys(peerDependencies).flatMap((name) => [
    ...(exports?.[`./${name}`] === undefined
      ? [`has the peer "${name}" and no entry "./${name}"; published packages take structures instead`]
      : []),
    ...(peerDependenciesMeta?.[name]?.optional === true ? [] : [`has the peer "${name}", which must be optional`]),
  ])
}

function fileProblems(pkg: WorkspacePackage): readonly string[] {
  const files = pkg.manifest.files ?? []
  const wanted = ['dist', ...(files.includes('src') ? withoutTests : [])]
  const missing = wanted.filter((entry) => !files.includes(entry))
  const absent = files.filter((entry) => !/^!|^dist$|\*/.test(entry) && !existsSync(join(pkg.path, entry)))
  return [
    ...missing.map((entry) => `files must list "${entry}"`),
    ...absent.map((entry) => `files lists "${entry}", which does not exist`),
    ...Object.entries(pkg.manifest.bin ?? {}).flatMap(([name, path]) => binProblems(pkg, name, path)),
    ...(existsSync(join(pkg.path, 'README.md')) ? [] : ['has no README.md beside it']),
  ]
}

function binProblems(pkg: WorkspacePackage, name: string, path: string): readonly string[] {
  const source = path.replace(/^\.\/dist\/(.+)\.js$/, 'src/$1.ts')
  if (source === path) return [`bin "${name}" must be ./dist/….js`]
  return existsSync(join(pkg.path, source)) ? [] : [`bin "${name}" is built from ${source}, which does not exist`]
}
