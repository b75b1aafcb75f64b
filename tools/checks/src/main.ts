import { resolve } from 'node:path'
import type { Gate, GateResult } from './gate.ts'
import { gates } from './gates.ts'
import { describeGate, describeTally } from './report.ts'
import { readWorkspace, type Workspace } from './workspace.ts'

const workspace = readWorkspace(resolve(import.meta.dirname, '../../..'))
const asked = process.argv.slice(2)
const chosen = asked.includes('all') ? gates : asked.map(findGate)

if (chosen.length === 0) {
  for (const gate of gates) console.log(`${gate.name.padEnd(13)} ${gate.holds}`)
  console.log('\nName one or more of these, or all.')
  process.exit(2)
}

const failed: Gate[] = []
for (const gate of chosen) {
  if (!(await passes(gate, workspace))) failed.push(gate)
}

if (chosen.length > 1) {
  if (failed.length > 0) console.log(`\nFailed: ${failed.map((gate) => gate.name).join(', ')}`)
  console.log(describeTally({ passed: chosen.length - failed.length, failed: failed.length, skipped: 0 }))
}
process.exitCode = failed.length === 0 ? 0 : 1

async function passes(gate: Gate, where: Workspace): Promise<boolean> {
  const startMs = performance.now()
  const result = await runGate(gate, where)
  console.log(describeGate(gate, result, (performance.now() - startMs) / 1000))
  return result.findings.length === 0
}

// A gate that breaks has checked nothing: that is a failure with its reason, and the others still run.
async function runGate(gate: Gate, where: Workspace): Promise<GateResult> {
  try {
    return await gate.run(where)
  } catch (error) {
    const problem = error instanceof Error ? (error.stack ?? error.message) : String(error)
    return { summary: 'could not be checked', findings: [{ where: gate.name, problem }] }
  }
}

function findGate(name: string): Gate {
  const gate = gates.find((candidate) => candidate.name === name)
  if (gate !== undefined) return gate
  console.error(`There is no gate "${name}". Known: ${gates.map((known) => known.name).join(', ')}`)
  process.exit(2)
}
