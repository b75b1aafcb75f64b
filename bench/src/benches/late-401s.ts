import type { Bench } from '../bench.ts'
import { columnsWith, ours } from '../columns.ts'
import { inGroups } from '../numbers.ts'
import { runStorm } from '../run-storm.ts'
import type { World } from '../world.ts'

const clients = columnsWith('client')
const names = clients.map(({ name }) => name)
const spreadMs = 400

/** The server has ended the access token; the answers that say so arrive one after the other, some after the refresh. */
export const late401s: Bench = {
  name: 'late-401s',
  measures: [
    { id: 'requests', text: '200 calls, 401s within 400 ms: token requests', goal: '1', columns: names },
    { id: 'answered', text: '200 calls, 401s within 400 ms: answered 200 in the end', goal: 'all', columns: names },
  ],
  async run({ quick, record, demand, attemptEach }) {
    const calls = quick ? 20 : 200
    const answerLate = ({ sandbox: { control } }: World): void => {
      control.expireAccessTokens()
      for (let n = 0; n < calls; n += 1) {
        control.faults.add({ match: { kind: 'api' }, times: 1, delayMs: (n * spreadMs) / calls })
      }
    }
    const storm = { processes: 1, callsPerProcess: calls, ageMs: 120_000, prepare: answerLate }
    await attemptEach(clients, async ({ name, client }) => {
      const { tokenRequests, answered, problem } = await runStorm({ ...storm, client })
      record('requests', name, inGroups(tokenRequests))
      record('answered', name, `${inGroups(answered)} of ${inGroups(calls)}`)
      if (name !== ours) return
      const isFlawless = tokenRequests === 1 && answered === calls
      demand(`${tokenRequests} token requests, ${answered} of ${calls} answered. ${problem ?? ''}`, isFlawless)
    })
  },
}
