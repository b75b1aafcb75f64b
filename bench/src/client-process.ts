import { startChild } from './child.ts'
import type { Setup, TokenAnswer } from './client.ts'
import type { Comparison, PacedTally, Tally, Task, Transport } from './program/tasks.ts'

/** A process with one client in it. */
export interface ClientProcess {
  install(setup: Setup, tokens: TokenAnswer): Promise<void>
  /** Also opens the client that it is compared with; by default, bare fetch. */
  open(setup: Setup, transport: Transport, floor?: string): Promise<void>
  /** Makes so many calls at once. */
  burst(url: string, calls: number): Promise<Tally>
  /** Begins a call every so many milliseconds. */
  pace(url: string, calls: number, everyMs: number): Promise<PacedTally>
  /** Measures so many calls, and as many of the floor. */
  compare(url: string, calls: number, concurrency: number): Promise<Comparison>
  stop(): Promise<void>
}

/** Starts a process for a client, given its module under `clients/`. */
export function startClient(client: string): ClientProcess {
  const child = startChild(new URL('program/client-program.ts', import.meta.url))
  const tell = <Answer>(task: Task): Promise<Answer> => child.ask<Answer>(task)
  return {
    install: (setup, tokens) => tell({ do: 'install', client, setup, tokens }),
    open: (setup, transport, floor = 'bare-fetch.ts') => tell({ do: 'open', client, floor, setup, transport }),
    burst: (url, calls) => tell({ do: 'burst', url, calls }),
    pace: (url, calls, everyMs) => tell({ do: 'pace', url, calls, everyMs }),
    compare: (url, calls, concurrency) => tell({ do: 'compare', url, calls, concurrency }),
    stop: () => child.stop(),
  }
}
