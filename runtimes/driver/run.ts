import { canaries, printed } from '../core-suite/canaries.ts'
import type { TestResult } from '../core-suite/harness.ts'
import type { Bundle } from './bundle.ts'
import type { Launched } from './launch.ts'
import { documentation, type Runtime } from './runtimes.ts'
import { startWorld } from './world.ts'

/** What one runtime came to. */
export interface Run {
  readonly runtime: Runtime
  /** Absent when it did not even run. */
  readonly version?: string
  readonly seconds: number
  /** Of the suite, of what only this runtime has, and of what is judged from outside. */
  readonly results: readonly TestResult[]
  /** The names of the tests that have to be the same everywhere. */
  readonly suite: readonly string[]
}

/** Runs the suite in one runtime, with a world of its own. Whatever goes wrong is a failed test. */
export async function runIn(runtime: Runtime, bundle: Bundle): Promise<Run> {
  const startMs = performance.now()
  const secondsSince = (): number => (performance.now() - startMs) / 1000
  const world = await startWorld()
  try {
    const launched = await runtime.launch(bundle, { ...world.addresses, facts: runtime.facts })
    const { version, suite, own = [] } = launched
    const results = [...suite, ...own, ...judge(runtime, launched)]
    return { runtime, version, seconds: secondsSince(), results, suite: suite.map(({ name }) => name) }
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    return { runtime, seconds: secondsSince(), results: [{ name: 'runs the suite', problem }], suite: [] }
  } finally {
    await world.close()
  }
}

function judge({ name, version: line }: Runtime, { version, output, complaints }: Launched): readonly TestResult[] {
  const isDocumented = documentation.includes(`\n| ${name} `) && version.startsWith(line ?? '')
  const shown = Object.entries(canaries).flatMap(([what, secret]) => (output.includes(secret) ? [what] : []))
  return [
    check('is the version that docs/runtimes.md names', isDocumented, `This is ${version}.`),
    check('prints what holds secrets', output.includes(printed), `It printed: ${output}`),
    check('prints no secret', shown.length === 0, `It printed: ${shown.join(', ')}`),
    check('complains of nothing', complaints.trim() === '', complaints.trim()),
  ]
}

function check(name: string, holds: boolean, problem: string): TestResult {
  return holds ? { name } : { name, problem }
}
