import { openBook, type HistoryFacts } from './book.ts'
import { checkCallers } from './check-callers.ts'
import { checkPresentations } from './check-presentations.ts'
import { checkRecords } from './check-records.ts'

/** Checks a recorded history against the invariants of the refresh protocol; gives a sentence for each violation. */
export function checkHistory(facts: HistoryFacts): string[] {
  const book = openBook(facts)
  return [...checkPresentations(book), ...checkRecords(book), ...checkCallers(book)]
}
