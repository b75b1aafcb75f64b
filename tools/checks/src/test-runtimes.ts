// `pnpm test:runtimes`: the core suite in every supported runtime, or in those that are named: `pnpm test:runtimes deno`.
import { join } from 'node:path'
import { runCommand, runTool, textOf } from './command.ts'
import { describeTally } from './report.ts'
import { installRuntimes } from './runtimes-home.ts'

const home = await installRuntimes()
const typed = await runTool('typescript#tsc', ['-p', home])
if (typed.code !== 0) {
  console.error(textOf(typed))
  console.log(describeTally({ passed: 0, failed: 1, skipped: 0 }))
  process.exit(1)
}
const driver = ['--conditions=@grantkit/source', join(home, 'driver/main.ts'), ...process.argv.slice(2)]
const { code } = await runCommand(process.execPath, driver, { output: 'inherit' })
process.exitCode = code
