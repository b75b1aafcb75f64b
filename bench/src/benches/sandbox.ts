import { Agent } from 'undici'
import type { Bench, Run } from '../bench.ts'
import { callAtOnce, getText } from '../call-at-once.ts'
import { type Child, startChild } from '../child.ts'
import { ours } from '../columns.ts'
import { asRatio, inGroups, median, quantile } from '../numbers.ts'
import type { PlayedQuestion, PlayedServer } from '../played-server.ts'

const columns = [ours]
const program = new URL('../program/played-api-program.ts', import.meta.url)

/** What the sandbox costs, beside Prism, which checks requests against the same document and keeps nothing. */
export const sandboxBench: Bench = {
  name: 'sandbox',
  measures: [
    { id: 'hono', text: 'Simple GET of the sandbox, requests/s relative to a bare Hono route', columns },
    { id: 'prism', text: 'Simple GET of the sandbox, requests/s relative to Prism', goal: '> 1.00×', columns },
    { id: 'start', text: 'Sandbox with 10,000 events and 10,000 extensions: until it listens', goal: '≤ 3 s', columns },
    { id: 'page', text: 'The same: page of 250 events, p99', goal: '≤ 20 ms', columns },
    { id: 'memory', text: 'The same: memory of its process', goal: '≤ 400 MB', columns },
  ],
  async run(run) {
    await run.attempt('requests a second', () => compare(run))
    await run.attempt('10,000 of each', () => fill(run))
  },
}

async function compare({ quick, record, attempt }: Run): Promise<void> {
  const children = [startChild(program), startChild(program), startChild(program)] as const
  const dispatcher = new Agent({ connections: 50 })
  try {
    const [playing, prism, bare] = children
    const sandbox = await ask(playing, { ask: 'sandbox' })
    const answer = await getText(sandbox, dispatcher)
    const servers = {
      sandbox,
      prism: await ask(prism, { ask: 'prism' }),
      hono: await ask(bare, { ask: 'hono', body: answer }),
    }
    const ratios = { hono: [] as number[], prism: [] as number[] }
    const rates: number[] = []
    const rounds = quick ? 1 : 9
    for (let round = 1; round <= rounds; round += 1) {
      await attempt(`round ${round} of ${rounds}`, async () => {
        const calls = quick ? 50 : 2000
        const { perSecond: rate } = await callAtOnce(servers.sandbox, { calls, dispatcher })
        rates.push(rate)
        ratios.hono.push(rate / (await callAtOnce(servers.hono, { calls, dispatcher })).perSecond)
        ratios.prism.push(rate / (await callAtOnce(servers.prism, { calls, dispatcher })).perSecond)
      })
    }
    record('hono', ours, `${asRatio(median(ratios.hono))} (${inGroups(median(rates))}/s)`)
    record('prism', ours, asRatio(median(ratios.prism)))
  } finally {
    await Promise.all([dispatcher.close(), ...children.map((child) => child.stop())])
  }
}

async function fill({ quick, record }: Run): Promise<void> {
  const child = startChild(program)
  const dispatcher = new Agent({ connections: 1 })
  try {
    const server = await ask(child, { ask: 'full sandbox', count: 10_000 })
    const timesMs: number[] = []
    let url = server.url
    // The first calls of a process wait for its code to be compiled: one whole list.
    const warmUp = quick ? 0 : 40
    for (let page = -warmUp; page < (quick ? 5 : 1000); page += 1) {
      const startMs = performance.now()
      const body = await getText({ ...server, url }, dispatcher)
      if (page >= 0) timesMs.push(performance.now() - startMs)
      const { nextPageToken } = JSON.parse(body) as { nextPageToken?: string }
      url = nextPageToken === undefined ? server.url : `${server.url}&pageToken=${nextPageToken}`
    }
    record('start', ours, `${((server.tookMs ?? Number.NaN) / 1000).toFixed(1)} s`)
    record('page', ours, `${quantile(timesMs, 0.99).toFixed(1)} ms`)
    record('memory', ours, `${Math.round((await child.ask<number>({ ask: 'memory' })) / 1e6)} MB`)
  } finally {
    await Promise.all([dispatcher.close(), child.stop()])
  }
}

function ask(child: Child, question: PlayedQuestion): Promise<PlayedServer> {
  return child.ask<PlayedServer>(question)
}
