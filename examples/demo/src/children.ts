import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'

/** The processes of the demo. They end with it, whatever happens. */
export interface Children {
  /** Starts a program with one argument. */
  start(program: URL, argument: string): ChildProcess
  stop(): Promise<void>
}

export function createChildren(): Children {
  const running = new Set<ChildProcess>()
  return {
    start(program, argument) {
      const child = fork(program, [argument], {
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      })
      running.add(child)
      child.once('exit', () => running.delete(child))
      return child
    },
    async stop() {
      await Promise.all(
        Array.from(running, async (child) => {
          child.kill()
          await once(child, 'exit')
        }),
      )
    },
  }
}

/** Gives the next message of a child. Rejects when the child ends without one. */
export async function nextMessage(child: ChildProcess): Promise<unknown> {
  const over = new AbortController()
  const ended = once(child, 'exit', { signal: over.signal }).then(([code, signal]) => {
    throw new Error(`${child.spawnargs.at(-2) ?? 'A process'} ended early (${String(signal ?? code)})`)
  })
  try {
    const [message] = (await Promise.race([once(child, 'message', { signal: over.signal }), ended])) as [unknown]
    return message
  } finally {
    ended.catch(() => undefined)
    over.abort()
  }
}
