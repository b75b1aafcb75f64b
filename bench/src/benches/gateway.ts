import { Agent } from 'undici'
import type { Bench, Run } from '../bench.ts'
import { startChild } from '../child.ts'
import { ours } from '../columns.ts'
import { callAtOnce, type Rate } from '../call-at-once.ts'
import { asRatio, inGroups, median } from '../numbers.ts'
import type { PlayedServer } from '../played-server.ts'
import { startGateway } from '../start-gateway.ts'

const columns = [ours]
const program = new URL('../program/pass-through-program.ts', import.meta.url)

/** What the gateway costs: everything it does for a request, beside a route that only puts a token on it. */
export const gatewayBench: Bench = {
  name: 'gateway',
  measures: [
    { id: 'rate', text: 'Requests/s of the gateway, 50 at once, relative to a pass-through', goal: '≥ 0.80×', columns },
    { id: 'p99', text: 'The same: p99 of the gateway, and of the pass-through', columns },
  ],
  async run(run) {
    const [playing, bare] = [startChild(program), startChild(program)]
    try {
      const api = await playing.ask<string>({ ask: 'api' })
      const gateway = await startGateway(api)
      const passThrough = await bare.ask<PlayedServer>({ ask: 'pass-through', api })
      await compare(run, { gateway, passThrough }).finally(gateway.stop)
    } finally {
      await Promise.all([playing.stop(), bare.stop()])
    }
  },
}

interface Compared {
  readonly gateway: PlayedServer
  readonly passThrough: PlayedServer
}

async function compare({ quick, record, attempt }: Run, { gateway, passThrough }: Compared): Promise<void> {
  const rounds = quick ? 1 : 9
  const calls = quick ? 100 : 3000
  const found: (readonly [Rate, Rate])[] = []
  const dispatcher = new Agent({ connections: 50 })
  try {
    for (let round = 0; round <= rounds; round += 1) {
      await attempt(round === 0 ? 'warm-up' : `round ${round} of ${rounds}`, async () => {
        const rates = [
          await callAtOnce(gateway, { calls, dispatcher }),
          await callAtOnce(passThrough, { calls, dispatcher }),
        ] as const
        if (round > 0) found.push(rates)
      })
    }
  } finally {
    await dispatcher.close()
  }
  const ratio = median(found.map(([one, other]) => one.perSecond / other.perSecond))
  record('rate', ours, `${asRatio(ratio)} (${inGroups(median(found.map(([one]) => one.perSecond)))}/s)`)
  const [one, other] = [0, 1].map((index) => median(found.map((rates) => rates[index]?.p99Ms ?? Number.NaN)))
  record('p99', ours, `${one?.toFixed(1)} ms, ${other?.toFixed(1)} ms`)
}
