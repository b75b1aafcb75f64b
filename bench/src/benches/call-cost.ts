import type { Bench } from '../bench.ts'
import { columnsWith, ours } from '../columns.ts'
import { compareClients, type Contest, type Entrant } from '../compare-clients.ts'
import { asRatio, median, withSign } from '../numbers.ts'

const plain: readonly Entrant[] = columnsWith('client')
const typed: readonly Entrant[] = columnsWith('typedClient').map(({ name, typedClient }) => ({
  name,
  client: typedClient,
}))
const namesOf = (entrants: readonly Entrant[]): readonly string[] => entrants.map(({ name }) => name)

// Nobody listens there: every call is answered in the process.
const origin = 'http://127.0.0.1:9'

/** 210,000 of ours in all. The others are far from the goal: a fifth is enough to show how far. */
const callsInRound = (name: string): number => (name === ours ? 10_000 : 2_000)

/** CPU of the whole process for a call with a fresh token, answered by a stub, above that of the stub alone. */
export const callCost: Bench = {
  name: 'call-cost',
  measures: [
    {
      id: 'plain',
      text: 'CPU added to a stubbed fetch by an authorized call',
      goal: '≤ +5 µs',
      columns: namesOf(plain),
    },
    { id: 'typed', text: 'CPU added to a stubbed fetch by a typed call', goal: '≤ +18 µs', columns: namesOf(typed) },
  ],
  async run(run) {
    const calls = run.quick ? (): number => 20 : callsInRound
    for (const [id, entrants] of Object.entries({ plain, typed })) {
      const contest: Contest = {
        origin,
        transport: { kind: 'stub' },
        modes: [{ id, calls, concurrency: 1 }],
        rounds: run.quick ? 1 : 21,
        longestMs: 500,
      }
      await compareClients(run, entrants, contest, (name, _mode, comparisons) => {
        const addedUs = median(comparisons.map(({ client, floor }) => client.cpuUs - floor.cpuUs))
        const ratio = median(comparisons.map(({ client, floor }) => client.cpuUs / floor.cpuUs))
        run.record(id, name, `${withSign(addedUs, 1)} µs, ${asRatio(ratio)}`)
      })
    }
  },
}
