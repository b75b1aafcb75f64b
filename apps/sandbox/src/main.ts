#!/usr/bin/env node
import { type CommandLine, parseArguments, usage } from './command-line/parse-arguments.ts'
import { describeSandbox } from './command-line/describe-sandbox.ts'
import { runCommand } from './command-line/run-command.ts'
import { listen } from './listen.ts'
import { createSandbox, type Sandbox } from './sandbox.ts'
import { isSandboxError } from './sandbox-error.ts'
import { keepInFile } from './state/state-file.ts'
import { vendorIds } from './vendor.ts'

/** What a wrong command line ends with. */
const mistakeCode = 2

async function run(args: readonly string[]): Promise<void> {
  const parsed = parseArguments(args)
  if ('help' in parsed) {
    process.stdout.write(usage)
    return
  }
  if ('mistake' in parsed) return fail(`${parsed.mistake}\n\n${usage}`)
  const sandbox = createSandbox(sandboxOptions(parsed))
  try {
    await play(sandbox, parsed)
  } catch (error) {
    await sandbox.close()
    if (!isSandboxError(error)) throw error
    fail(`${error.message}\n`)
  }
}

async function play(sandbox: Sandbox, line: CommandLine): Promise<void> {
  const { port, host, exposed, state, seed, faults, command } = line
  if (state !== undefined) {
    keepInFile(sandbox, { path: state, onProblem: tell, ...(seed === undefined ? {} : { seed }) })
  }
  for (const fault of faults) sandbox.control.faults.add(fault)
  const { origin } = await listen(sandbox, { port, exposed, ...(host === undefined ? {} : { host }) })
  const vendors = line.vendors.length === 0 ? vendorIds : line.vendors
  if (command === undefined) {
    process.stdout.write(describeSandbox(origin, vendors, sandbox))
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void sandbox.close())
    return
  }
  process.exitCode = await runCommand({ command, vendors, origin })
  await sandbox.close()
}

function sandboxOptions({ vendors, seed, rotation }: CommandLine) {
  return {
    ...(vendors.length === 0 ? {} : { vendors }),
    ...(seed === undefined ? {} : { seed }),
    ...(rotation === undefined ? {} : { rotation }),
  }
}

function tell(message: string): void {
  process.stderr.write(`grantkit-sandbox: ${message}\n`)
}

function fail(message: string): void {
  process.stderr.write(`grantkit-sandbox: ${message}`)
  process.exitCode = mistakeCode
}

await run(process.argv.slice(2))
