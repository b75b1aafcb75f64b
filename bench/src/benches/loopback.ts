import type { Bench, Measure } from '../bench.ts'
import { startChild } from '../child.ts'
import { columnsWith } from '../columns.ts'
import { compareClients, type Contest, type Entrant } from '../compare-clients.ts'
import { asRatio, median } from '../numbers.ts'

const plain: readonly Entrant[] = columnsWith('client')
const typed: readonly Entrant[] = columnsWith('typedClient').map(({ name, typedClient }) => ({
  name,
  client: typedClient,
}))

const kinds = [
  { id: 'plain', text: 'Authorized call', entrants: plain },
  { id: 'typed', text: 'Typed call', entrants: typed },
] as const
const modes = [
  { id: 'sequential', text: 'one at a time', concurrency: 1, calls: 200, quickCalls: 5 },
  { id: 'concurrent', text: '50 at once', concurrency: 50, calls: 500, quickCalls: 50 },
] as const

/** Calls with a fresh token to a server in another process, relative to the same calls with bare fetch. */
export const loopback: Bench = {
  name: 'loopback',
  measures: kinds.flatMap((kind) =>
    modes.map((mode): Measure => ({
      id: `${kind.id} ${mode.id}`,
      text: `${kind.text} on loopback, ${mode.text}: wall / CPU relative to bare fetch`,
      columns: kind.entrants.map(({ name }) => name),
    })),
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
      for (const { id, entrants } of kinds) {
        await compareClients(run, entrants, contest, (name, mode, comparisons) => {
          const wall = median(comparisons.map(({ client, bare }) => client.wallUs / bare.wallUs))
          const cpu = median(comparisons.map(({ client, bare }) => client.cpuUs / bare.cpuUs))
          run.record(`${id} ${mode}`, name, `${asRatio(wall)} / ${asRatio(cpu)}`)
        })
      }
    } finally {
      await server.stop()
    }
  },
}
