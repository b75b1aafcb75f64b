import { readFileSync } from 'node:fs'
import { runTool, textOf } from './command.ts'
import type { Finding, Gate, GateResult } from './gate.ts'
import { describeWeight, weighCallingPackages, weightFindings } from './installed-weight.ts'
import { packPackages } from './pack.ts'
import { emptyFolder } from './scratch.ts'
import { readTarball, type TarballFile } from './tarball-files.ts'
import { buildFirst } from './turbo-gates.ts'
import type { Workspace } from './workspace.ts'

export const packagesGate: Gate = {
  name: 'packages',
  script: 'check:packages',
  holds:
    'the tarballs that would be published hold what they should; publint and attw find nothing; an API installs little',
  run: checkTarballs,
}

async function checkTarballs(workspace: Workspace): Promise<GateResult> {
  const broken = await buildFirst(workspace)
  if (broken.length > 0) return { summary: 'not built', findings: broken }
  const names = workspace.packages.filter((pkg) => pkg.isPublic).map((pkg) => pkg.name)
  const tarballs = await packPackages(workspace, names, emptyFolder(workspace, 'tarballs'))
  const findings: Finding[] = []
  const outputs: string[] = []
  const bytes = new Map<string, number>()
  for (const [name, tarball] of tarballs) {
    const results = await Promise.all([
      runTool('publint', [tarball, '--strict']),
      runTool('@arethetypeswrong/cli#attw', [tarball, '--profile', 'esm-only', '--no-emoji', '--format', 'ascii']),
    ])
    const files = readTarball(readFileSync(tarball))
    bytes.set(
      name,
      files.reduce((sum, file) => sum + file.bytes, 0),
    )
    findings.push(...fileFindings(tarball.split(/[\\/]/).at(-1) ?? tarball, files))
    const failed = results.filter(({ code }) => code !== 0)
    if (failed.length === 0) continue
    findings.push({ where: tarball.split(/[\\/]/).at(-1) ?? tarball, problem: 'see above' })
    outputs.push(...failed.map(textOf))
  }
  const weights = weighCallingPackages(workspace, bytes)
  findings.push(...weights.flatMap(weightFindings))
  const result = { summary: `${tarballs.size} tarballs`, details: weights.map(describeWeight), findings }
  return outputs.length === 0 ? result : { ...result, output: outputs.join('\n') }
}

const allowed = /^(?:dist\/|src\/|README\.md$|LICENSE$|CHANGELOG\.md$|package\.json$|specs\/[^/]+\.gen\.json$)/
const required = ['package.json', 'README.md', 'LICENSE']

/** Files a tarball must not have, lacks, or that only work inside this workspace. */
export function fileFindings(where: string, files: readonly TarballFile[]): readonly Finding[] {
  const paths = files.map(({ path }) => path)
  const manifest = files.find(({ path }) => path === 'package.json')?.text ?? ''
  return [
    ...paths.filter((path) => !allowed.test(path)).map((path) => `holds ${path}, which users do not need`),
    ...paths.filter((path) => /\.test(?:-d)?\.[^/]+$/.test(path)).map((path) => `holds the test ${path}`),
    ...required.filter((path) => !paths.includes(path)).map((path) => `lacks ${path}`),
    ...(/"(?:workspace|catalog):/.test(manifest) ? ['depends on workspace: or catalog: versions'] : []),
  ].map((problem) => ({ where, problem }))
}
