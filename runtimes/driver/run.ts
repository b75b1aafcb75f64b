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
  /** Those of the suite, which are the same everywhere. */
  readonly results: readonly TestResult[]
  /** What is judged from outside. */
  readonly checks: readonly TestResult[]
}

/** Runs the suite in one runtime, with a world of its own. Everything that goes wrong is a failed check. */
export async function runIn(runtime: Runtime, bundle: Bundle): Promise<Run> {
  const startMs = performance.now()
  const world = await startWorld()
  const secondsSince = (): number => (performance.now() - startMs) / 1000
  try {
    const launched = await runtime.launch(bundle, { ...world.addresses, facts: runtime.facts })
    const { version, results } = launched
    return {
      runtime,
      version,
      seconds: secondsSince(),
      results,
      checks: [...(launched.ownResults ?? []), ...judge(runtime, launched)],
    }
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    return { runtime, seconds: secondsSince(), results: [], checks: [{ name: 'runs the suite', problem }] }
  } finally {
    await world.close()
  }
}

/** Fails every run whose tests are not those of the first one. */
export function compareRuns(runs: readonly Run[]): readonly Run[] {
  const expected = namesOf(runs.find(({ results }) => results.length > 0))
  return runs.map((run) => {
    if (run.version === undefined) return run
    const names = namesOf(run)
    const odd = [...expected, ...names].filter((name) => !expected.has(name) || !names.has(name))
    const problem = names.size === 0 ? 'It ran none.' : odd.length > 0 ? `Only some ran: ${odd.join(', ')}` : undefined
    return { ...run, checks: [...run.checks, check('runs the same tests as the others', problem)] }
  })
}

function judge({ name, version: line }: Runtime, { version, output, complaints }: Launched): readonly TestResult[] {
  const isDocumented = documentation.includes(`\n| ${name} `) && version.startsWith(line ?? '')
  const shown = Object.entries(canaries).filter(([, secret]) => output.includes(secret))
  return [
    check('is the version that docs/runtimes.md names', isDocumented ? undefined : `This is ${version}.`),
    check('prints what holds secrets', output.includes(printed) ? undefined : `It printed: ${output}`),
    check('prints no secret', shown.length === 0 ? undefined : `It printed: ${shown.map(([what]) => what).join(', ')}`),
    check('complains of nothing', complaints === '' ? undefined : complaints),
  ]
}

function check(name: string, problem: string | undefined): TestResult {
  return problem === undefined ? { name } : { name, problem }
}

function namesOf(run: Run | undefined): Set<string> {
  return new Set(run?.results.map(({ name }) => name))
}
