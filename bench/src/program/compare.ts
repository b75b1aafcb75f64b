import type { Caller } from '../client.ts'
import type { Comparison, Cost } from './tasks.ts'

interface Round {
  readonly url: string
  readonly calls: number
  readonly concurrency: number
}

let isFloorFirst = false

/** Measures the same calls with the client and with the floor; which goes first changes from round to round. */
export async function compare(
  { client, floor }: { readonly client: Caller; readonly floor: Caller },
  round: Round,
): Promise<Comparison> {
  isFloorFirst = !isFloorFirst
  if (!isFloorFirst) return { client: await measure(client, round), floor: await measure(floor, round) }
  const first = await measure(floor, round)
  return { floor: first, client: await measure(client, round) }
}

async function measure(caller: Caller, { url, calls, concurrency }: Round): Promise<Cost> {
  let left = calls
  const lane = async (): Promise<void> => {
    while (left-- > 0) {
      const status = await caller.call(url)
      if (status !== 200) throw new Error(`A call was answered ${status}.`)
    }
  }
  const startMs = performance.now()
  const startCpu = process.cpuUsage()
  await Promise.all(Array.from({ length: concurrency }, lane))
  const { user, system } = process.cpuUsage(startCpu)
  const wallMs = performance.now() - startMs
  return { wallUs: (wallMs * 1000) / calls, cpuUs: (user + system) / calls }
}
