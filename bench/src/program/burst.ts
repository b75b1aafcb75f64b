import type { Caller } from '../client.ts'
import type { Tally } from './tasks.ts'

/** Makes all calls at once. */
export async function burst(caller: Caller, { url, calls }: { url: string; calls: number }): Promise<Tally> {
  return tallyOf(await Promise.allSettled(Array.from({ length: calls }, () => caller.call(url))))
}

export function tallyOf(outcomes: readonly PromiseSettledResult<number>[]): Tally {
  const answered = outcomes.filter((outcome) => outcome.status === 'fulfilled' && outcome.value === 200).length
  const failed = outcomes.length - answered
  const bad = outcomes.find((outcome) => outcome.status === 'rejected' || outcome.value !== 200)
  if (bad === undefined) return { answered, failed }
  return { answered, failed, problem: bad.status === 'rejected' ? String(bad.reason) : `status ${bad.value}` }
}
