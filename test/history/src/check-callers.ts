import type { Book } from './book.ts'
import { linesOf } from './history-line.ts'

/** When a store that does not answer counts as failed, and a spill before it. */
const looksMs = 2 * 10_000

/** The invariants about callers and about progress. */
export function checkCallers(book: Book): string[] {
  return [...wentBack(book), ...waitedTooLong(book), ...noProgress(book)]
}

function wentBack(book: Book): string[] {
  if (book.wasHit(['store_lost_writes'])) return []
  const newest = new Map<string, number>()
  return linesOf(book.lines, 'served').flatMap(({ worker, generation }) => {
    const before = newest.get(worker) ?? 0
    newest.set(worker, Math.max(before, generation))
    return generation < before ? [`S8: ${worker} got generation ${generation} after ${before}.`] : []
  })
}

/** A call may look once at a store that does not answer before it waits, and an API call asks for a token twice. */
function waitedTooLong({ lines, rules: { times } }: Book): string[] {
  const longestMs = { accessToken: times.waitMs + looksMs, refresh: times.waitMs + looksMs, status: looksMs }
  return linesOf(lines, 'returned').flatMap(({ worker, what, waitedMs }) =>
    waitedMs > longestMs[what] ? [`L3: ${what} of ${worker} took ${waitedMs} ms.`] : [],
  )
}

function noProgress({ rest, versions }: Book): string[] {
  if (rest === undefined) return []
  const stuck = rest.outcome === 'stuck' ? ['L2: the grant came neither to new tokens nor to its end.'] : []
  return versions.at(-1)?.record.state === 'claimed' ? [...stuck, 'L1: the grant stays claimed.'] : stuck
}
