import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import type { VendorId } from '../vendor.ts'
import { vendorFacts } from './played-vendors.ts'

export interface RunOptions {
  readonly command: readonly [string, ...string[]]
  readonly vendors: readonly VendorId[]
  readonly origin: string
}

/** What the shell answers for a command that does not exist. */
const notFound = 127

/** Runs a command that finds the sandbox in its environment, passes signals on to it, and returns its exit code. */
export function runCommand({ command: [name, ...args], vendors, origin }: RunOptions): Promise<number> {
  const variables = vendors.map((vendor) => vendorFacts[vendor].variables(origin))
  const env = Object.assign({ ...process.env, GRANTKIT_SANDBOX: origin }, ...variables)
  const child = spawn(name, args, { env, stdio: 'inherit' })
  const signals = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal) => {
    // A terminal sends its interrupt to the command as well; a second one means "at once" to many programs.
    const pass = (): void => void (signal === 'SIGINT' && process.stdin.isTTY ? undefined : child.kill(signal))
    process.on(signal, pass)
    return () => process.off(signal, pass)
  })
  return new Promise<number>((resolve) => {
    child.on('error', (error) => {
      process.stderr.write(`grantkit-sandbox: ${name} cannot be run: ${error.message}\n`)
      resolve(notFound)
    })
    child.on('exit', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])))
  }).finally(() => {
    for (const stop of signals) stop()
  })
}
