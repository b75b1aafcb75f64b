import type { Caller } from '../client.ts'
import type { Comparison, Cost } from './tasks.ts'

interface Round {
  readonly url: string
  readonly calls: number
  readonly concurrency: number
}

/** Measures the calls of the client and the same calls made by hand; which goes first changes from round to round. */
export async function compare(caller: Caller, round: Round, send: typeof fetch): Promise<Comparison> {
  const headers = { authorization: 'Bearer token-of-the-bench' }
  const bare = async (): Promise<void> => {
    await (await send(round.url, { headers })).json()
  }
  const client = async (): Promise<void> => {
    const status = await caller.call(round.url)
    if (status !== 200) throw new Error(`A call was answered ${status}.`)
  }
  isBareFirst = !isBareFirst
  if (!isBareFirst) return { client: await measure(client, round), bare: await measure(bare, round) }
  const first = await measure(bare, round)
  return { bare: first, client: await measure(client, round) }
}

let isBareFirst = false

async function measure(call: () => Promise<void>, { calls, concurrency }: Round): Promise<Cost> {
  let left = calls
  const lane = async (): Promise<void> => {
    while (left-- > 0) await call()
  }
  const startMs = performance.now()
  const startCpu = process.cpuUsage()
  await Promise.all(Array.from({ length: concurrency }, lane))
  const { user, system } = process.cpuUsage(startCpu)
  const wallMs = performance.now() - startMs
  return { wallUs: (wallMs * 1000) / calls, cpuUs: (user + system) / calls }
}
