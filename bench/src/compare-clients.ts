import type { Run } from './bench.ts'
import { startClient, type ClientProcess } from './client-process.ts'
import type { Comparison, Transport } from './program/tasks.ts'
import { apiUrlAt, createPlace, type Place } from './world.ts'

/** A client that takes part, by its column and its module under `clients/`. */
export interface Entrant {
  readonly name: string
  readonly client: string
}

/** How calls are made within a round. */
export interface Mode {
  readonly id: string
  readonly concurrency: number
  readonly calls: (name: string) => number
}

export interface Contest {
  readonly origin: string
  readonly transport: Transport
  /** Module under `clients/` that the others are compared with; bare fetch by default. */
  readonly floor?: string
  readonly modes: readonly Mode[]
  readonly rounds: number
  /** A client whose calls would take longer than this in a round makes fewer. */
  readonly longestMs: number
}

/** What the rounds of one client in one mode found. */
export type Found = (name: string, mode: string, comparisons: readonly Comparison[]) => void

/**
 * Lets each client make its calls next to the same calls of the floor, each in a process of its own. The rounds go around,
 * so that whatever else the machine does meets all alike; the first one warms up and does not count.
 */
export async function compareClients(
  run: Run,
  entrants: readonly Entrant[],
  contest: Contest,
  found: Found,
): Promise<void> {
  const contestants: Contestant[] = []
  try {
    await run.attemptEach(entrants, async (entrant) => void contestants.push(await enter(entrant, contest)))
    let fit: readonly Contestant[] = contestants
    for (let round = 0; round <= contest.rounds; round += 1) fit = await playRound(run, fit, contest, round)
    for (const { name, results } of fit) {
      for (const [mode, comparisons] of results) found(name, mode, comparisons.slice(1))
    }
  } finally {
    await Promise.all(contestants.map(leave))
  }
}

interface Contestant extends Entrant {
  readonly child: ClientProcess
  readonly place: Place
  /** By mode. */
  readonly results: Map<string, Comparison[]>
}

async function enter(entrant: Entrant, { origin, transport, floor }: Contest): Promise<Contestant> {
  const place = await createPlace(origin)
  const contestant = { ...entrant, child: startClient(entrant.client), place, results: new Map<string, Comparison[]>() }
  try {
    await contestant.child.install(place.setup, place.tokens)
    await contestant.child.open(place.setup, transport, floor)
    return contestant
  } catch (error) {
    await leave(contestant)
    throw error
  }
}

/** Gives those that got through it. */
async function playRound(
  run: Run,
  contestants: readonly Contestant[],
  contest: Contest,
  round: number,
): Promise<readonly Contestant[]> {
  const fit: Contestant[] = []
  for (const contestant of contestants) {
    const what = `round ${round} of ${contest.rounds}, ${contestant.name}`
    if (await run.attempt(what, () => play(contestant, contest))) fit.push(contestant)
  }
  return fit
}

async function play({ name, child, results }: Contestant, { origin, modes, longestMs }: Contest): Promise<void> {
  for (const { id, calls, concurrency } of modes) {
    const before = results.get(id) ?? []
    const bearable = (longestMs * 1000) / (before.at(-1)?.client.wallUs ?? firstWallUs)
    const count = Math.ceil(Math.min(calls(name), Math.max(bearable, concurrency)))
    results.set(id, [...before, await child.compare(apiUrlAt(origin), count, concurrency)])
  }
}

/** So much may a call take in the round that warms up. */
const firstWallUs = 1_000

async function leave({ child, place }: Contestant): Promise<void> {
  await child.stop()
  await place.close()
}
