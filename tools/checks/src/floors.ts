import { posix } from 'node:path'
import { floors, forDevelopment, independent, outside, programs, users } from './floor-table.ts'
import type { Finding, Gate, GateResult } from './gate.ts'
import { readImports, packageOf, type ImportStatement } from './imports.ts'
import type { Workspace, WorkspacePackage } from './workspace.ts'

export const floorsGate: Gate = {
  name: 'floors',
  script: 'check:floors',
  holds: 'every package imports only from lower floors, and outside libraries only where they belong',
  run: (workspace) => Promise.resolve(checkFloors(workspace)),
}

type Purpose = 'product' | 'development'

interface Use {
  readonly where: string
  readonly name: string
  readonly purpose: Purpose
}

/** Compares the floor table with every package.json and with the import statements themselves. */
export function checkFloors(workspace: Workspace): GateResult {
  const findings: Finding[] = []
  let statements = 0
  for (const pkg of workspace.packages) {
    const imports = readImports(pkg.path)
    statements += imports.length
    findings.push(...placeFindings(pkg), ...imports.flatMap((statement) => escapeFindings(pkg, statement)))
    for (const use of [...declaredUses(pkg), ...importedUses(pkg, imports)]) findings.push(...useFindings(pkg, use))
  }
  return { summary: `${workspace.packages.length} packages, ${statements} imports`, findings }
}

function placeFindings(pkg: WorkspacePackage): readonly Finding[] {
  if (!pkg.isPublic || pkg.name in floors) return []
  return [
    {
      where: manifestOf(pkg),
      problem: `${pkg.name} is published but stands on no floor`,
      fix: 'give it a floor in tools/checks/src/floor-table.ts',
    },
  ]
}

function escapeFindings(pkg: WorkspacePackage, statement: ImportStatement): readonly Finding[] {
  if (isUser(pkg)) return []
  const target = posix.join(posix.dirname(statement.file), statement.specifier)
  if (!statement.specifier.startsWith('.') || !target.startsWith('..')) return []
  return [
    {
      where: `${pkg.folder}/${statement.file}:${statement.line}`,
      problem: `imports ${statement.specifier}, outside its own package`,
      fix: 'import the package by its name, through its exports',
    },
  ]
}

function declaredUses(pkg: WorkspacePackage): readonly Use[] {
  const where = manifestOf(pkg)
  const { dependencies, peerDependencies, optionalDependencies, devDependencies } = pkg.manifest
  const product = Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies })
  const development = Object.keys(devDependencies ?? {})
  return [
    ...product.map((name): Use => ({ where, name, purpose: 'product' })),
    ...development.map((name): Use => ({ where, name, purpose: 'development' })),
  ]
}

function importedUses(pkg: WorkspacePackage, imports: readonly ImportStatement[]): readonly Use[] {
  return imports.flatMap(({ file, line, specifier }): readonly Use[] => {
    const name = packageOf(specifier)
    if (name === undefined || name === pkg.name) return []
    return [{ where: `${pkg.folder}/${file}:${line}`, name, purpose: purposeOf(file) }]
  })
}

function purposeOf(file: string): Purpose {
  return file.startsWith('src/') && !/\.test(-d)?\.ts$/.test(file) ? 'product' : 'development'
}

function useFindings(pkg: WorkspacePackage, use: Use): readonly Finding[] {
  if (isUser(pkg)) return []
  const problem = outsideProblem(pkg, use.name) ?? floorProblem(pkg, use)
  return problem === undefined ? [] : [{ where: use.where, problem, fix: 'move the code to the floor it belongs to' }]
}

// A generator that a package runs shares no code with it; to import it would be another thing.
function isProgram(pkg: WorkspacePackage, use: Use): boolean {
  return programs.includes(use.name) && use.where === manifestOf(pkg) && use.purpose === 'development'
}

function manifestOf(pkg: WorkspacePackage): string {
  return `${pkg.folder}/package.json`
}

function isUser(pkg: WorkspacePackage): boolean {
  return users.some((folder) => pkg.folder.startsWith(folder))
}

function outsideProblem(pkg: WorkspacePackage, name: string): string | undefined {
  const rule = outside.find((candidate) => candidate.name === name)
  if (rule === undefined || rule.allowedIn.some((place) => `${pkg.folder}/`.startsWith(place))) return undefined
  return `uses ${name}, which belongs in ${rule.allowedIn.join(', ')} only`
}

function floorProblem(pkg: WorkspacePackage, use: Use): string | undefined {
  if (!use.name.startsWith('@grantkit/') || isProgram(pkg, use)) return undefined
  if (independent.includes(pkg.name)) return `uses ${use.name}, but ${pkg.name} shares no code with the packages`
  if (use.purpose === 'development' && forDevelopment.includes(use.name)) return undefined
  const own = floors[pkg.name]
  const other = floors[use.name]
  if (own === undefined) return undefined
  if (other === undefined) return `uses ${use.name}, which is not a library`
  if (use.purpose === 'product' && independent.includes(use.name)) return `uses ${use.name}, which is for development`
  return other < own ? undefined : `uses ${use.name} (floor ${other}) from floor ${own}; only lower floors may be used`
}
