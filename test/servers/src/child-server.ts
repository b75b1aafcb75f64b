import { spawn, type SpawnOptions } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** A server program that a test has started. */
export interface ChildServer {
  readonly pid: number
  /** Sends a signal and waits until the process, and every process that it has started, is gone. */
  stop(signal: NodeJS.Signals): Promise<void>
}

export interface ChildServerOptions extends Pick<SpawnOptions, 'cwd' | 'uid' | 'gid'> {
  readonly program: string
  readonly args: readonly string[]
  /** What the server prints once it answers. */
  readonly ready: string | RegExp
}

// Servers of a test that is interrupted must not outlive it.
const running = new Set<() => void>()
process.once('exit', () => {
  for (const kill of running) kill()
})

/** Starts a server and waits until it says that it answers. */
export async function startChildServer(options: ChildServerOptions): Promise<ChildServer> {
  const { program, args, ready, ...spawnOptions } = options
  const child = spawn(program, args, { ...spawnOptions, stdio: ['ignore', 'pipe', 'pipe'] })
  const kill = (): void => void child.kill('SIGKILL')
  running.add(kill)
  // Not 'exit': the pipes close when the last process that holds them is gone.
  const gone = once(child, 'close').finally(() => running.delete(kill))
  let output = ''
  const { promise: started, resolve } = Promise.withResolvers<void>()
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-10_000)
      if (output.search(ready) >= 0) resolve()
    })
  }
  const failed = gone.then(() => {
    throw new Error(`${program} ended before it was ready:\n${output}`)
  })
  await Promise.race([started, failed])
  failed.catch(() => undefined) // It was ready; its end later is the test's business.
  if (child.pid === undefined) throw new Error(`${program} did not start.`)
  return {
    pid: child.pid,
    async stop(signal) {
      child.kill(signal)
      await gone
    },
  }
}

/** The path of a program, or an error that says how to install it. */
export function findProgram(name: string, debianPackage: string, folders: readonly string[] = []): string {
  const found = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', ...folders]
    .map((folder) => join(folder, name))
    .find(isExecutable)
  if (found !== undefined) return found
  throw new Error(
    `${name} is missing, which these tests start. Install it, on Debian: ` +
      `apt-get update && apt-get install -y --no-install-recommends ${debianPackage}`,
  )
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
