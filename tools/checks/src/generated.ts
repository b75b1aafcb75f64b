import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runCommand, runTool, textOf } from './command.ts'
import type { Finding, Gate, GateResult } from './gate.ts'
import { trackedFiles } from './tracked-files.ts'
import type { Workspace } from './workspace.ts'

export const generatedGate: Gate = {
  name: 'generated',
  script: 'check:generated',
  holds: 'generating again changes nothing: resolved specs and generated code are those of their sources',
  run: checkGenerated,
}

async function checkGenerated(workspace: Workspace): Promise<GateResult> {
  const before = await hashGenerated(workspace)
  const checked = await runCommand(process.execPath, ['tools/specs/src/main.ts', 'check'], { cwd: workspace.root })
  const generated = await runTool('turbo', ['run', 'generate', '--force', '--output-logs=errors-only'])
  const after = await hashGenerated(workspace)
  const failed = [checked, generated].filter(({ code }) => code !== 0)
  return {
    summary: `${after.size} generated files`,
    findings: [
      ...differences(before, after),
      ...(failed.length > 0 ? [{ where: 'tools/specs', problem: 'see above' }] : []),
    ],
    ...(failed.length > 0 ? { output: failed.map(textOf).join('\n') } : {}),
  }
}

async function hashGenerated(workspace: Workspace): Promise<ReadonlyMap<string, string>> {
  const files = (await trackedFiles(workspace.root)).filter((file) => /\.gen\.\w+$|^specs\/[^/]+\//.test(file))
  return new Map(files.map((file) => [file, hash(join(workspace.root, file))]))
}

function hash(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex')
}

/** Files that generating again changed, made or took away. */
export function differences(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): readonly Finding[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((file) => before.get(file) !== after.get(file))
    .map((where) => ({
      where,
      problem: 'was not what its sources generate; it has been generated again',
      fix: `git diff ${where}, then commit it`,
    }))
}
