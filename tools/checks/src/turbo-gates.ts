import { posix } from 'node:path'
import { runTool, textOf } from './command.ts'
import { readCompilerOutput, type Complaint } from './compiler-output.ts'
import type { Finding, Gate, GateResult } from './gate.ts'
import type { Workspace } from './workspace.ts'

export const typecheckGate: Gate = {
  name: 'typecheck',
  script: 'typecheck',
  holds: 'TypeScript 7 accepts every package from source, type tests included',
  run: (workspace) => runTask('typecheck', workspace),
}

export const buildGate: Gate = {
  name: 'build',
  script: 'build',
  holds: 'every published package builds',
  run: (workspace) => runTask('build', workspace),
}

async function runTask(task: string, workspace: Workspace): Promise<GateResult> {
  const result = await runTool('turbo', ['run', task, '--continue', '--output-logs=errors-only', '--log-order=grouped'])
  const text = textOf(result)
  const [, successful = '0', total = '0'] = /Tasks: +(\d+) successful, (\d+) total/.exec(text) ?? []
  const [, cached = '0'] = /Cached: +(\d+) cached/.exec(text) ?? []
  const summary = `${successful} of ${total} packages, ${cached} unchanged since the last run`
  if (result.code !== 0) return { summary, findings: failures(task, text, workspace) }
  // A warning, such as a task without outputs, would otherwise pass unseen.
  if (!/\bWARNING\b/.test(text)) return { summary, findings: [] }
  return { summary, findings: [{ where: 'turbo.json', problem: 'turbo warns' }], output: text }
}

// Only what the failed tasks printed is of use to a reader, with paths that start at the root. A package compiles its
// neighbours too, so the same mistake comes up several times.
export function failures(task: string, text: string, workspace: Pick<Workspace, 'packages'>): readonly Finding[] {
  const findings = new Map<string, Finding>()
  for (const pkg of workspace.packages) {
    for (const complaint of readCompilerOutput(printedBy(`${pkg.name}:${task}: `, text))) {
      const finding = locate(pkg.folder, complaint)
      findings.set(`${finding.where} ${finding.problem}`, finding)
    }
  }
  return findings.size > 0 ? [...findings.values()] : [{ where: 'turbo', problem: text }]
}

function printedBy(prefix: string, text: string): string {
  return text
    .split('\n')
    .filter((line) => line.startsWith(prefix))
    .map((line) => line.slice(prefix.length))
    .filter((line) => !/^(cache (miss|bypass)|\$ |\[ELIFECYCLE\])/.test(line))
    .join('\n')
}

function locate(folder: string, { file, line, problem }: Complaint): Finding {
  return { where: file === undefined ? folder : `${posix.join(folder, file)}:${line}`, problem }
}

/** Builds what changed since the last build, for gates that look at the result. */
export async function buildFirst(workspace: Workspace): Promise<readonly Finding[]> {
  const { findings } = await runTask('build', workspace)
  if (findings.length === 0) return []
  return [{ where: 'build', problem: 'fails, so there is nothing to look at', fix: 'npx -y pnpm@12 build' }]
}
