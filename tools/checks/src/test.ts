// `pnpm test`: the types first, then every test from source; the last line says what came out.
// `--tests-only` leaves the types out, for a second Node on the same sources. `--all` adds the slow tests and the
// tests that start servers which npm does not bring; `--servers` runs these alone.
import { resolve } from 'node:path'
import type { TestModule } from 'vitest/node'
import { describeGate, describeTally, type Tally } from './report.ts'
import { typecheckGate } from './turbo-gates.ts'
import { readWorkspace } from './workspace.ts'

const root = resolve(import.meta.dirname, '../../..')
const flags = ['--tests-only', '--all', '--servers'] as const
const [testsOnly, all, serversOnly] = flags.map((flag) => process.argv.includes(flag))
const filters = process.argv.slice(2).filter((argument) => !flags.some((flag) => flag === argument))

process.chdir(root)
// Tests start many processes on the same sources: V8 compiles each module once, not in every one of them.
process.env['NODE_COMPILE_CACHE'] ??= resolve(root, 'node_modules/.cache/compiled')
const tallies: Tally[] = []
if (!testsOnly && !serversOnly) tallies.push(await checkTypes())
if (!serversOnly) tallies.push(await runTests('.'))
if (all || serversOnly) {
  tallies.push(await runTests('.', 'vitest.slow.config.ts'))
  tallies.push(await runTests('test/servers'))
}

const sum = (count: (tally: Tally) => number): number => tallies.reduce((total, tally) => total + count(tally), 0)
const tally: Tally = {
  passed: sum(({ passed }) => passed),
  failed: sum(({ failed }) => failed),
  skipped: sum(({ skipped }) => skipped),
}
console.log(describeTally(tally))
// Workers that outlive their tests must not hold the command open; everything is printed by now.
process.exit(tally.failed === 0 && tally.passed > 0 ? 0 : 1)

async function checkTypes(): Promise<Tally> {
  const startMs = performance.now()
  const result = await typecheckGate.run(readWorkspace(root))
  console.log(describeGate(typecheckGate, result, (performance.now() - startMs) / 1000))
  const passed = result.findings.length === 0
  return { passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0 }
}

async function runTests(folder: string, config = 'vitest.config.ts'): Promise<Tally> {
  // Vitest colours pipes too unless told otherwise before it loads.
  if (!process.stdout.isTTY && process.env['FORCE_COLOR'] === undefined) process.env['NO_COLOR'] = '1'
  const { startVitest } = await import('vitest/node')
  const vitest = await startVitest('test', filters, {
    run: true,
    watch: false,
    root: resolve(root, folder),
    config: resolve(root, folder, config),
  })
  const modules = vitest.state.getTestModules()
  const tests = modules.flatMap(testStates)
  // A file that does not even load, a group that cannot be set up, or an error outside any test, is one failure each.
  const groups = modules.flatMap((module) => [module, ...module.children.allSuites()])
  const broken = groups.filter((group) => group.errors().length > 0).length
  const unhandled = vitest.state.getUnhandledErrors().length
  await vitest.close()
  return {
    passed: tests.filter((state) => state === 'passed').length,
    failed: tests.filter((state) => state === 'failed' || state === 'pending').length + broken + unhandled,
    skipped: tests.filter((state) => state === 'skipped').length,
  }
}

function testStates(module: TestModule): readonly string[] {
  return [...module.children.allTests()].map((test) => test.result().state)
}
