import { startClient } from './client-process.ts'
import { createWorld, type World } from './world.ts'

export interface Storm {
  /** Module under `clients/`. */
  readonly client: string
  readonly processes: number
  readonly callsPerProcess: number
  /** How long ago the sign-in was. */
  readonly ageMs: number
  /** Sockets of all processes together, at most; no limit by default. */
  readonly sockets?: number
  /** What happens right before the calls. */
  readonly prepare?: (world: World) => void
}

/** What callers got, and what the server saw of them. */
export interface StormReport {
  /** Calls answered 200. */
  readonly answered: number
  readonly tokenRequests: number
  readonly reuse: number
  /** How one of the others failed. */
  readonly problem?: string
}

/** Lets callers in several processes, which share what one of them has kept, all call at once. */
export async function runStorm(storm: Storm): Promise<StormReport> {
  const { client, processes, callsPerProcess, ageMs, sockets, prepare } = storm
  const world = await createWorld({ ageMs })
  const children = Array.from({ length: processes }, () => startClient(client))
  try {
    const { setup, tokens, apiUrl, sandbox } = world
    const limit = sockets === undefined ? {} : { sockets: Math.ceil(sockets / processes) }
    await children[0]?.install(setup, tokens)
    await Promise.all(children.map((child) => child.open(setup, { kind: 'network', ...limit })))
    prepare?.(world)
    const afterSeq = sandbox.control.ledger.summary().calls
    const tallies = await Promise.all(children.map((child) => child.burst(apiUrl, callsPerProcess)))
    const { tokenRequests, reuse } = sandbox.control.ledger.summary({ afterSeq })
    const answered = tallies.reduce((sum, tally) => sum + tally.answered, 0)
    const problem = tallies.find((tally) => tally.problem !== undefined)?.problem
    return { answered, tokenRequests, reuse, ...(problem === undefined ? {} : { problem }) }
  } finally {
    await Promise.all(children.map((child) => child.stop()))
    await world.close()
  }
}
