import { fork } from 'node:child_process'
import { once } from 'node:events'

/** A process that answers questions. */
export interface Child {
  ask<Answer>(question: unknown): Promise<Answer>
  stop(): Promise<void>
}

type Reply = { readonly id: number } & ({ readonly answer: unknown } | { readonly problem: string })

/** Starts a program that calls {@link answerParent}. It ends with this process, whatever happens. */
export function startChild(program: URL): Child {
  // What the clients themselves print belongs to no table.
  const child = fork(program, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], execArgv: [quiet] })
  const waiting = new Map<number, PromiseWithResolvers<unknown>>()
  let complaints = ''
  let asked = 0
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (complaints = (complaints + text).slice(-2000)))
  child.on('message', (reply: Reply) => {
    const { resolve, reject } = waiting.get(reply.id) ?? Promise.withResolvers()
    waiting.delete(reply.id)
    if ('problem' in reply) reject(new Error(reply.problem))
    else resolve(reply.answer)
  })
  const gone = once(child, 'close').then(() => {
    for (const { reject } of waiting.values()) reject(new Error(`A process ended early:\n${complaints}`))
  })
  return {
    ask<Answer>(question: unknown) {
      const reply = Promise.withResolvers<unknown>()
      asked += 1
      waiting.set(asked, reply)
      child.send({ id: asked, question })
      return reply.promise as Promise<Answer>
    },
    async stop() {
      child.kill('SIGKILL')
      await gone
    },
  }
}

// Node 22 says at every start that its SQLite is experimental.
const quiet = '--disable-warning=ExperimentalWarning'

/** The other side: answers the questions of the process that started this one, until that one is gone. */
export function answerParent(answer: (question: never) => Promise<unknown>): void {
  process.on('message', ({ id, question }: { id: number; question: never }) => {
    answer(question).then(
      (value) => process.send?.({ id, answer: value }),
      (error: unknown) =>
        process.send?.({ id, problem: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    )
  })
  process.on('disconnect', () => process.exit())
}
