import { quietTimeMs, type Book, type Rules } from './book.ts'
import { linesOf } from './history-line.ts'
import type { RecordFacts } from './record-facts.ts'
import type { Version } from './version-chain.ts'

/** The invariants that the values of the store show by themselves or with what their writers were told. */
export function checkRecords(book: Book): string[] {
  const { versions } = book
  const problems = [...olderTokens(book), ...returnedLineages(book)]
  for (let index = 1; index < versions.length; index++) {
    const before = versions[index - 1] as Version
    const after = versions[index] as Version
    // What the store itself brought back was nobody's step.
    if (after.worker !== undefined) problems.push(...checkChange(book, before, after))
  }
  return problems
}

function checkChange(book: Book, before: Version, after: Version): string[] {
  const [old, now] = [before.record, after.record]
  const found = [reauthUnasked(book, old, after), tokensChanged(book, old, now)]
  if (!book.wasHit(['store_lost_writes'])) {
    found.push(generationFell(old, now), reopened(old, now))
    if (old.lineage === now.lineage) {
      found.push(claimTooEarly(book.rules, old, now), claimCutShort(book, before, after))
      found.push(quietTooShort(book.rules, old, now), doubtForgotten(book, old, now), consumed(book, old, now))
    }
  }
  return found.filter((problem) => problem !== undefined)
}

function generationFell(old: RecordFacts, now: RecordFacts): string | undefined {
  return now.generation < old.generation ? `S2: generation ${old.generation} became ${now.generation}.` : undefined
}

function olderTokens(book: Book): string[] {
  if (book.wasHit(['store_lost_writes'])) return []
  const seen = new Set<string>()
  const problems: string[] = []
  let last: string | undefined
  for (const { record } of book.versions) {
    const { refreshToken, generation } = record
    if (refreshToken !== last && refreshToken !== undefined && seen.has(refreshToken)) {
      problems.push(`S2: an older refresh token came back in generation ${generation}.`)
    }
    if (refreshToken !== undefined) seen.add(refreshToken)
    last = refreshToken ?? last
  }
  return problems
}

function returnedLineages(book: Book): string[] {
  if (book.wasHit(['store_lost_writes'])) return []
  const seen = new Set<string>()
  let last: string | undefined
  return book.versions.flatMap(({ record: { lineage, generation } }) => {
    const returned = lineage !== last && seen.has(lineage)
    seen.add(lineage)
    last = lineage
    return returned ? [`S6: generation ${generation} belongs to a sign-in that another one had replaced.`] : []
  })
}

function reopened(old: RecordFacts, now: RecordFacts): string | undefined {
  const isReopened = old.state === 'closed' && now.lineage === old.lineage
  return isReopened ? `S6: generation ${old.generation} was closed and written again.` : undefined
}

function reauthUnasked(book: Book, old: RecordFacts, { record: now, worker }: Version): string | undefined {
  if (now.state !== 'reauth' || old.state === 'reauth') return undefined
  const isRefused = book.presentations.some(
    ({ sent, told }) =>
      told?.error === 'invalid_grant' && sent.refreshToken === now.refreshToken && sent.worker === worker,
  )
  const isInactive = linesOf(book.lines, 'introspected').some(
    ({ refreshToken, active }) => !active && refreshToken === now.refreshToken,
  )
  return isRefused || isInactive ? undefined : `S7: generation ${now.generation} went to reauth without a refusal.`
}

function tokensChanged(book: Book, old: RecordFacts, now: RecordFacts): string | undefined {
  if (now.tokens === old.tokens || now.state === 'closed' || now.lineage !== old.lineage) return undefined
  if (now.generation <= old.generation) {
    return `S9: the tokens of generation ${old.generation} changed without a new generation.`
  }
  if (old.refreshToken === undefined) return undefined
  const wasTold = book.presentations.some(
    ({ sent, told }) => told?.status === 200 && (told.issued ?? sent.refreshToken) === now.refreshToken,
  )
  return wasTold ? undefined : `S9: generation ${now.generation} holds tokens that nobody was told.`
}

function claimTooEarly(rules: Rules, old: RecordFacts, now: RecordFacts): string | undefined {
  const { claim } = now
  if (claim === undefined || claim.id === old.claim?.id) return undefined
  const isFree = old.state === 'active' && claim.atMs >= old.retryAtMs
  return isFree || isReplaced(rules, old, now, claim.atMs)
    ? undefined
    : `S1: claim of generation ${claim.generation} came too early.`
}

/** A claim may be ended and replaced in one write, where what it left behind forbids no claim at once. */
function isReplaced(rules: Rules, old: RecordFacts, now: RecordFacts, nowMs: number): boolean {
  if (old.claim === undefined || !isOver(old, nowMs)) return false
  return old.claim.generation !== old.generation || (rules.rotation !== 'none' && isWithinGrace(rules, now, nowMs))
}

function claimCutShort({ claims, versions }: Book, before: Version, after: Version): string | undefined {
  const { claim } = before.record
  if (claim === undefined || after.record.claim?.id === claim.id || after.record.state === 'closed') return undefined
  // Tokens that its owner had put aside settle a claim, whoever found them.
  if (after.record.generation > before.record.generation) return undefined
  const owner = versions[claims.get(claim.id) ?? -1]?.worker
  const endedAtMs = after.record.claim?.atMs ?? after.record.sinceMs
  if (owner === after.worker || isOver(before.record, endedAtMs)) return undefined
  return `S1: ${after.worker} ended the claim of ${owner ?? 'nobody'} before its deadline.`
}

/** After the deadline, or before the start by a clock that stepped back. */
function isOver({ claim }: RecordFacts, nowMs: number): boolean {
  return claim !== undefined && (nowMs > claim.deadlineMs || nowMs < claim.atMs)
}

function quietTooShort(rules: Rules, old: RecordFacts, now: RecordFacts): string | undefined {
  if (old.generation !== now.generation || now.state !== 'active') return undefined
  const waitMs = now.retryAtMs - now.sinceMs
  if (now.unresolved > old.unresolved) {
    return waitMs >= quietTimeMs(now.unresolved, rules) || isWithinGrace(rules, now, now.sinceMs)
      ? undefined
      : `S1: doubt ${now.unresolved} about generation ${now.generation} is followed by ${waitMs} ms of quiet.`
  }
  const isShortened = now.unresolved > 0 && old.state === 'active' && now.retryAtMs < old.retryAtMs
  const hasFollowedClock = now.sinceMs < old.sinceMs && waitMs >= old.retryAtMs - old.sinceMs
  return isShortened && !hasFollowedClock
    ? `S1: the quiet time of generation ${now.generation} was cut short.`
    : undefined
}

function isWithinGrace({ rotation, times }: Rules, now: RecordFacts, nowMs: number): boolean {
  if (typeof rotation !== 'object') return rotation === 'none'
  const { unresolved, unresolvedSinceMs: fromMs = Infinity } = now
  // Before its beginning, by a clock that stepped back, nobody knows how much of the window is left.
  return unresolved <= rotation.uses && nowMs >= fromMs && nowMs < fromMs + rotation.graceSeconds * 1000 - times.sendMs
}

function doubtForgotten(book: Book, old: RecordFacts, now: RecordFacts): string | undefined {
  if (now.unresolved >= old.unresolved || now.generation !== old.generation || now.state === 'closed') return undefined
  const isActive = linesOf(book.lines, 'introspected').some(
    ({ refreshToken, active }) => active && refreshToken === now.refreshToken,
  )
  return isActive ? undefined : `S1: the doubt about generation ${now.generation} went without an answer.`
}

/** A refresh token that the server took must not be called unused. */
function consumed({ rules, presentations }: Book, old: RecordFacts, now: RecordFacts): string | undefined {
  const isGivenBack = now.generation === old.generation && now.state === 'active' && now.failures > old.failures
  if (rules.rotation === 'none' || !isGivenBack || now.unresolved !== old.unresolved) return undefined
  const presentation = presentations.find(({ sent }) => sent.claimId === old.claim?.id)
  return presentation?.judged?.issued === undefined
    ? undefined
    : `S1: generation ${now.generation} counts as not consumed, but the server had taken its refresh token.`
}
