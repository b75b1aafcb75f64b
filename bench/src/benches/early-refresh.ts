import type { Bench } from '../bench.ts'
import { startClient } from '../client-process.ts'
import { columnsWith, ours } from '../columns.ts'
import { inGroups, quantile, withSign } from '../numbers.ts'
import type { PacedTally } from '../program/tasks.ts'
import { createWorld, type World } from '../world.ts'

const clients = columnsWith('client')
const names = clients.map(({ name }) => name)

const lifeMs = 3_600_000
const leftMs = 180_000

/** The access token lives three minutes longer; the token endpoint is slow, then down. The API answers at once. */
export const earlyRefresh: Bench = {
  name: 'early-refresh',
  measures: [
    { id: 'p50', text: 'Token endpoint 500 ms, token valid 3 min: added to a call, p50', columns: names },
    {
      id: 'p99',
      text: 'Token endpoint 500 ms, token valid 3 min: added to a call, p99',
      goal: '< 1 ms',
      columns: names,
    },
    { id: 'requests', text: 'Token endpoint 500 ms, token valid 3 min: token requests', goal: '1', columns: names },
    { id: 'failed', text: 'Token endpoint down, token valid 3 min: calls failed', goal: '0', columns: names },
  ],
  async run({ quick, record, demand, attemptEach }) {
    const slow = { calls: quick ? 50 : 500, everyMs: 2 }
    const down = { calls: quick ? 5 : 50, everyMs: 20 }
    const bare = (await observe('bare-fetch.ts', slow, () => undefined)).latenciesMs
    await attemptEach(clients, async ({ name, client }) => {
      const { latenciesMs, tokenRequests } = await observe(client, slow, () => undefined)
      const added = (share: number): string => `${withSign(quantile(latenciesMs, share) - quantile(bare, share), 2)} ms`
      record('p50', name, added(0.5))
      record('p99', name, added(0.99))
      record('requests', name, inGroups(tokenRequests))
      const { failed } = await observe(client, down, ({ sandbox: { control } }) => {
        control.faults.clear()
        control.faults.add({ match: { kind: 'token' }, times: 'always', type: 'server_error', status: 503 })
      })
      record('failed', name, `${failed} of ${down.calls}`)
      if (name !== ours) return
      demand(`slow: ${tokenRequests} token requests`, tokenRequests === 1)
      demand(`down: ${failed} calls failed`, failed === 0)
    })
  },
}

async function observe(
  client: string,
  { calls, everyMs }: { calls: number; everyMs: number },
  prepare: (world: World) => void,
): Promise<PacedTally & { tokenRequests: number }> {
  const world = await createWorld({ ageMs: lifeMs - leftMs, tokenEndpointMs: 500 })
  const child = startClient(client)
  try {
    const { setup, tokens, apiUrl, sandbox } = world
    await child.install(setup, tokens)
    await child.open(setup, { kind: 'stubbed api' })
    prepare(world)
    const afterSeq = sandbox.control.ledger.summary().calls
    const tally = await child.pace(apiUrl, calls, everyMs)
    return { ...tally, tokenRequests: sandbox.control.ledger.summary({ afterSeq }).tokenRequests }
  } finally {
    await child.stop()
    await world.close()
  }
}
