import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** A server in a process of its own. */
export interface RunningServer {
  readonly origin: string
  stop(): void
}

/** Starts a Node program that prints its origin once it listens; it runs until it is stopped. */
export async function startServer(what: string, args: readonly string[], cwd: string): Promise<RunningServer> {
  const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit').then(() => undefined)
  const said = once(createInterface(child.stdout), 'line').then(([line]) => String(line))
  const origin = await Promise.race([said, ended])
  if (origin === undefined) throw new Error(`${what} ended before it listened`)
  return { origin, stop: () => child.kill() }
}
