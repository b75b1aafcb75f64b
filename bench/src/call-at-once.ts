import { request, type Agent } from 'undici'
import { quantile } from './numbers.ts'
import type { PlayedServer } from './played-server.ts'

const callers = 50

export interface Rate {
  readonly perSecond: number
  readonly p99Ms: number
}

/** Makes so many calls, 50 at once, and tells how fast they were answered. */
export async function callAtOnce(
  server: PlayedServer,
  { calls, dispatcher }: { readonly calls: number; readonly dispatcher: Agent },
): Promise<Rate> {
  let left = calls
  const timesMs: number[] = []
  const work = async (): Promise<void> => {
    while (left > 0) {
      left -= 1
      const startMs = performance.now()
      await getText(server, dispatcher)
      timesMs.push(performance.now() - startMs)
    }
  }
  const startMs = performance.now()
  await Promise.all(Array.from({ length: callers }, work))
  return { perSecond: (calls / (performance.now() - startMs)) * 1000, p99Ms: quantile(timesMs, 0.99) }
}

/** Asks a server and gives the body of its answer, which has to be a 200. */
export async function getText({ url, token }: PlayedServer, dispatcher: Agent): Promise<string> {
  const { statusCode, body } = await request(url, { headers: { authorization: `Bearer ${token}` }, dispatcher })
  const text = await body.text()
  if (statusCode !== 200) throw new Error(`${url} answered ${statusCode}: ${text}`)
  return text
}
