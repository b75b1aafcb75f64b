import { runTool, textOf } from './command.ts'
import type { Gate, GateResult } from './gate.ts'

export const formatGate: Gate = {
  name: 'format',
  script: 'format:check',
  holds: 'every file is formatted by oxfmt',
  run: () => runGateTool('oxfmt', ['--check', '.'], 'npx -y pnpm@12 format'),
}

export const lintGate: Gate = {
  name: 'lint',
  script: 'lint',
  holds: 'oxlint has nothing to say about the charter rules it can express',
  run: () => runGateTool('oxlint', [], 'npx -y pnpm@12 lint:fix, then by hand'),
}

export const knipGate: Gate = {
  name: 'knip',
  script: 'knip',
  holds: 'no unused file, export or dependency, and no undeclared one',
  run: () =>
    runGateTool('knip', ['--no-progress', '--no-config-hints'], 'delete what is unused, or declare what is missing'),
}

// The tool's own last line says what it looked at; a failure shows everything it printed.
async function runGateTool(tool: string, args: readonly string[], fix: string): Promise<GateResult> {
  const result = await runTool(tool, args)
  const text = textOf(result)
  if (result.code === 0) return { summary: summarize(text), findings: [] }
  return { summary: `${tool} found something`, findings: [{ where: tool, problem: 'see above', fix }], output: text }
}

function summarize(text: string): string {
  const finished = /on (\d+) files(?: with (\d+) rules)?/.exec(text)
  if (finished === null) return 'nothing found'
  const [, files, rules] = finished
  return rules === undefined ? `${files} files` : `${files} files, ${rules} rules`
}
