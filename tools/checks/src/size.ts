import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import type { Finding, Gate, GateResult } from './gate.ts'
import { emptyFolder, linkPackages } from './scratch.ts'
import { buildFirst } from './turbo-gates.ts'
import type { Workspace } from './workspace.ts'

export const sizeGate: Gate = {
  name: 'size',
  script: 'check:size',
  holds: 'what users ship stays small: minified, gzipped, dependencies included',
  run: (workspace) => checkSize(workspace),
}

interface Budget {
  readonly name: string
  /** What is bundled. A namespace keeps every export of a module alive; single names let the rest be shaken out. */
  readonly contents: string
  readonly limitBytes: number
}

const budgets: readonly Budget[] = [
  { name: 'auth-core', contents: "export * as core from '@grantkit/auth-core'", limitBytes: 25_000 },
  ...['carthooks', 'google-calendar', 'goto-admin', 'goto-meeting', 'goto-scim', 'goto-users', 'goto-voice'].map(
    apiBudget,
  ),
  { name: 'calendar-sync', contents: "export * as sync from '@grantkit/calendar-sync'", limitBytes: 46_000 },
]

/** What a user ships who calls one API: all of its package, and of the two below what signing in and calling take. */
function apiBudget(api: string): Budget {
  const signIn = "export { createAuthClient, clientSecretPost, isAuthError } from '@grantkit/auth-core'"
  const contents = `export * as api from '@grantkit/${api}'\n${signIn}`
  return { name: `${api} with api-client and auth-core`, contents, limitBytes: 35_000 }
}

// The promise of the README: the core brings one library, whatever else changes.
const soleDependency = { package: '@grantkit/auth-core', dependency: 'oauth4webapi' }

async function checkSize(workspace: Workspace): Promise<GateResult> {
  const broken = await buildFirst(workspace)
  if (broken.length > 0) return { summary: 'not built', findings: broken }
  const folder = emptyFolder(workspace, 'size')
  linkPackages(folder, workspace.packages)
  const measured = await Promise.all(budgets.map(async (budget) => ({ budget, bytes: await measure(folder, budget) })))
  return {
    summary: measured
      .map(({ budget, bytes }) => `${budget.name} ${inKb(bytes)} of ${inKb(budget.limitBytes)}`)
      .join(', '),
    findings: [...measured.flatMap(({ budget, bytes }) => overBudget(budget, bytes)), ...dependencyFindings(workspace)],
  }
}

async function measure(folder: string, budget: Budget): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents: budget.contents, resolveDir: folder },
    bundle: true,
    write: false,
    minify: true,
    platform: 'neutral',
    format: 'esm',
    conditions: ['import', 'default'],
    logLevel: 'silent',
  })
  return outputFiles.reduce((bytes, file) => bytes + gzipSync(file.contents, { level: 9 }).length, 0)
}

/** A bundle that outgrew its budget. */
export function overBudget(budget: Pick<Budget, 'name' | 'limitBytes'>, bytes: number): readonly Finding[] {
  if (bytes <= budget.limitBytes) return []
  return [{ where: budget.name, problem: `weighs ${inKb(bytes)}, ${inKb(bytes - budget.limitBytes)} over its limit` }]
}

/** The core with more, or other, dependencies than the one it promises. */
export function dependencyFindings(workspace: Workspace): readonly Finding[] {
  const pkg = workspace.packages.find((candidate) => candidate.name === soleDependency.package)
  const names = Object.keys(pkg?.manifest.dependencies ?? {})
  if (names.join() === soleDependency.dependency) return []
  const problem = `depends on ${names.join(', ') || 'nothing'}; its one dependency is ${soleDependency.dependency}`
  return [{ where: soleDependency.package, problem }]
}

function inKb(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`
}
