import type { Bench, Measure } from '../bench.ts'
import { startChild } from '../child.ts'
import { columnsWith, ours } from '../columns.ts'
import { compareClients, type Contest, type Entrant } from '../compare-clients.ts'
import { asRatio, median } from '../numbers.ts'

const plain: readonly Entrant[] = columnsWith('client')
const typed: readonly Entrant[] = columnsWith('typedClient').map(({ name, typedClient }) => ({
  name,
  client: typedClient,
}))

const onNodeTransport: readonly Entrant[] = [{ name: ours, client: 'grantkit-node-transport.ts' }]

interface Kind {
  readonly id: string
  readonly text: string
  readonly entrants: readonly Entrant[]
  /** Module under `clients/`. */
  readonly floor: string
  readonly beside: string
  /** By mode. */
  readonly goals?: Readonly<Record<string, string>>
}

const fetchFloor = { floor: 'bare-fetch.ts', beside: 'bare fetch' }
const undiciFloor = { floor: 'bare-undici.ts', beside: 'bare undici' }

const kinds: readonly Kind[] = [
  { id: 'plain', text: 'Authorized call', entrants: plain, ...fetchFloor },
  {
    id: 'typed',
    text: 'Typed call',
    entrants: typed,
    ...fetchFloor,
    goals: { sequential: '≤ 1.30×', concurrent: '≤ 1.30×' },
  },
  {
    id: 'node transport',
    text: 'Typed call by node-transport',
    entrants: onNodeTransport,
    ...fetchFloor,
    goals: { sequential: '≤ 0.65×', concurrent: '≤ 0.50×' },
  },
  {
    id: 'node transport, undici',
    text: 'Typed call by node-transport',
    entrants: onNodeTransport,
    ...undiciFloor,
    goals: { sequential: '≤ 1.60×', concurrent: '≤ 1.60×' },
  },
]
const modes = [
  { id: 'sequential', text: 'one at a time', concurrency: 1, calls: 2_000, quickCalls: 5 },
  { id: 'concurrent', text: '50 at once', concurrency: 50, calls: 4_000, quickCalls: 50 },
] as const

/** Calls with a fresh token to a server in another process, relative to the same calls by hand. */
export const loopback: Bench = {
  name: 'loopback',
  measures: kinds.flatMap(({ id, text, entrants, beside, goals }) =>
    modes.map((mode): Measure => {
      const goal = goals?.[mode.id]
      return {
        id: `${id} ${mode.id}`,
        text: `${text}, loopback, ${mode.text}: wall / CPU relative to ${beside}`,
        ...(goal === undefined ? {} : { goal }),
        columns: entrants.map(({ name }) => name),
      }
    }),
  ),
  async run(run) {
    const server = startChild(new URL('../program/json-server-program.ts', import.meta.url))
    try {
      const contest: Contest = {
        origin: await server.ask<string>('Where are you?'),
        transport: { kind: 'network' },
        modes: modes.map(({ id, concurrency, calls, quickCalls }) => ({
          id,
          concurrency,
          calls: () => (run.quick ? quickCalls : calls),
        })),
        rounds: run.quick ? 1 : 9,
        longestMs: 300,
      }
      for (const { id, entrants, floor } of kinds) {
        await compareClients(run, entrants, { ...contest, floor }, (name, mode, comparisons) => {
          const wall = median(comparisons.map((found) => found.client.wallUs / found.floor.wallUs))
          const cpu = median(comparisons.map((found) => found.client.cpuUs / found.floor.cpuUs))
          run.record(`${id} ${mode}`, name, `${asRatio(wall)} / ${asRatio(cpu)}`)
        })
      }
    } finally {
      await server.stop()
    }
  },
}
