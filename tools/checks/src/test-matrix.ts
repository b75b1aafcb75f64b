// `pnpm test:matrix`: the tests on the other supported Node lines; the types do not depend on Node.
import { existsSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { runCommand, textOf } from './command.ts'
import { describeTally, type Tally } from './report.ts'
import { installRuntimes } from './runtimes-home.ts'

const lines = ['node22', 'node26']
// Node 22 says at every start that its SQLite is experimental; nobody can do anything about it.
const quiet = { NODE_OPTIONS: '--disable-warning=ExperimentalWarning' }

const home = await installRuntimes()
let total: Tally = { passed: 0, failed: 0, skipped: 0 }
for (const line of lines) total = add(total, await testOn(line))
console.log(describeTally(total))
process.exitCode = total.failed === 0 ? 0 : 1

async function testOn(line: string): Promise<Tally> {
  const node = join(home, 'node_modules', `${line}-linux-${process.arch}`, 'bin/node')
  if (!existsSync(node)) throw new Error(`${line} is not installed for ${process.arch}: ${node}`)
  const env = { PATH: `${dirname(node)}${delimiter}${process.env['PATH'] ?? ''}`, ...quiet }
  const result = await runCommand(node, ['tools/checks/src/test.ts', '--tests-only', ...process.argv.slice(2)], { env })
  console.log(textOf(result))
  return readTally(result.stdout, result.code)
}

// A run that counted nothing, or failed although everything it counted passed, is one failure.
function readTally(text: string, code: number): Tally {
  const found = /^(\d+) passed, (\d+) failed, (\d+) skipped$/m.exec(text)
  const [passed = 0, failed = 0, skipped = 0] = (found?.slice(1) ?? []).map(Number)
  return { passed, failed: failed === 0 && (code !== 0 || found === null) ? 1 : failed, skipped }
}

function add(one: Tally, other: Tally): Tally {
  return {
    passed: one.passed + other.passed,
    failed: one.failed + other.failed,
    skipped: one.skipped + other.skipped,
  }
}
