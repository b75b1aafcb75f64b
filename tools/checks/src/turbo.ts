// Runs turbo without telemetry and update notices, whatever the machine's settings.
import { runTool } from './command.ts'

const { code } = await runTool('turbo', process.argv.slice(2), { output: 'inherit' })
process.exitCode = code
