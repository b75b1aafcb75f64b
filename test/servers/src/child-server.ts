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

export interface ChildServerOptions extends Pick<SpawnOptions, 'cwd' | 'uid' | 'gid' | 'env'> {
  readonly program: Program
  readonly args: readonly string[]
  /** What the server prints once it answers. Absent: it prints nothing. */
  readonly ready?: string | RegExp
  /** What the server reads from its standard input. */
  readonly input?: string
}

// Servers of a test that is interrupted must not outlive it.
const running = new Set<() => void>()
process.once('exit', () => {
  for (const kill of running) kill()
})

/** Starts a server and waits until it says that it answers. */
export async function startChildServer(options: ChildServerOptions): Promise<ChildServer> {
  const { program, args, ready, input = '', ...spawnOptions } = options
  const path = findProgram(program)
  if (path === undefined) throw new Error(`${program.name} is not installed.`)
  const child = spawn(path, args, { ...spawnOptions, stdio: ['pipe', 'pipe', 'pipe'] })
  child.stdin.on('error', () => undefined).end(input) // Most servers read nothing.
  const kill = (): void => void child.kill('SIGKILL')
  running.add(kill)
  // Not 'exit': the pipes close when the last process that holds them is gone.
  const gone = once(child, 'close').finally(() => running.delete(kill))
  let output = ''
  const { promise: started, resolve } = Promise.withResolvers<void>()
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-10_000)
      if (ready !== undefined && output.search(ready) >= 0) resolve()
    })
  }
  if (ready === undefined) resolve()
  const failed = gone.then(() => {
    throw new Error(`${program.name} ended before it was ready:\n${output}`)
  })
  await Promise.race([started, failed])
  failed.catch(() => undefined) // It was ready; its end later is the test's business.
  if (child.pid === undefined) throw new Error(`${program.name} did not start.`)
  return {
    pid: child.pid,
    async stop(signal) {
      child.kill(signal)
      await gone
    },
  }
}

/** A program that npm does not bring. */
export interface Program {
  readonly name: string
  readonly debianPackage: string
  /** Where it may be beside the search path. */
  readonly folders?: readonly string[]
}

/** The path of a program; `undefined`: it is not installed. */
export function findProgram({ name, folders = [] }: Program): string | undefined {
  return [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', ...folders]
    .map((folder) => join(folder, name))
    .find(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
