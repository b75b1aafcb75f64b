import type { LedgerEntry } from '@grantkit/sandbox'
import type { HistoryLine, RecordFacts } from './history.ts'
import { versionChain, type Version } from './version-chain.ts'

export interface HistoryFacts {
  readonly lines: readonly HistoryLine[]
  /** The sandbox's ledger, the judge. */
  readonly ledger: readonly LedgerEntry[]
  readonly times: { readonly sendMs: number; readonly quietMs: number }
  /** No crash, lost answer or suspension was played. */
  readonly faultless?: boolean
}

/** Checks a recorded history against the invariants of the refresh protocol; gives a sentence for each violation. */
export function checkHistory(facts: HistoryFacts): string[] {
  const chain = versionChain(facts.lines)
  return [
    ...presentedAgainOnlyWhenAllowed(facts, chain),
    ...generationsNeverFall(chain),
    ...faultlessIsHarmless(facts),
    ...reuseOnlyByProbes(facts),
    ...closedStaysClosed(chain),
    ...reauthOnlyByRefusal(facts, chain),
    ...callersNeverGoBack(facts),
    ...tokensChangeOnlyWithGeneration(chain),
    ...claimsFollowTheRules(chain),
  ]
}

type Sent = Extract<HistoryLine, { kind: 'sent' }>

function sentLines({ lines }: HistoryFacts): Sent[] {
  return lines.filter((line) => line.kind === 'sent').toSorted((a, b) => a.atMs - b.atMs)
}

function presentedAgainOnlyWhenAllowed(facts: HistoryFacts, chain: readonly Version[]): string[] {
  const sent = sentLines(facts)
  return sent.flatMap((later, index) => {
    const earlier = sent.slice(0, index).findLast((line) => line.refreshToken === later.refreshToken)
    const claimed = chain.findIndex(({ record }) => record.claim?.id === later.claimId)
    const before = chain[claimed - 1]?.record
    if (earlier === undefined || before === undefined) return []
    const allowed = before.state !== 'claimed' && (chain[claimed]?.record.claim?.atMs ?? 0) >= before.retryAtMs
    return allowed ? [] : [`S1: generation ${later.generation} was presented again before its time.`]
  })
}

function generationsNeverFall(chain: readonly Version[]): string[] {
  const seen = new Map<string, number>()
  return pairs(chain).flatMap(([before, after]) => {
    const problems: string[] = []
    if (after.generation < before.generation)
      problems.push(`S2: generation ${before.generation} became ${after.generation}.`)
    if (before.refreshToken !== undefined) seen.set(before.refreshToken, before.generation)
    const old = after.refreshToken === undefined ? undefined : seen.get(after.refreshToken)
    const returned = after.refreshToken !== before.refreshToken && old !== undefined
    if (returned) problems.push(`S2: an older refresh token came back in generation ${after.generation}.`)
    return problems
  })
}

function faultlessIsHarmless({ faultless, ledger }: HistoryFacts): string[] {
  if (faultless !== true) return []
  const bad = ledger.filter((entry) => entry.presented !== undefined && entry.presented.verdict !== 'current')
  return bad.map(
    (entry) => `S3: without faults, call ${entry.seq} presented a token that was ${entry.presented?.verdict}.`,
  )
}

function reuseOnlyByProbes(facts: HistoryFacts): string[] {
  const sent = sentLines(facts)
  const presentations = facts.ledger.filter((entry) => entry.grantType === 'refresh_token')
  return presentations.flatMap((entry, index) => {
    if (entry.presented?.verdict !== 'reuse') return []
    const probe = sent.slice(0, index + 1).filter((line) => line.refreshToken === sent[index]?.refreshToken).length > 1
    return probe ? [] : [`S4: call ${entry.seq} triggered reuse detection and was no probe.`]
  })
}

function closedStaysClosed(chain: readonly Version[]): string[] {
  return pairs(chain).flatMap(([before, after]) => {
    const reopened = before.state === 'closed' && after.lineage === before.lineage
    return reopened ? [`S6: generation ${before.generation} was closed and written again.`] : []
  })
}

function reauthOnlyByRefusal({ lines }: HistoryFacts, chain: readonly Version[]): string[] {
  return pairs(chain).flatMap(([before, after]) => {
    if (after.state !== 'reauth' || before.state === 'reauth') return []
    const refused = lines.some(
      (line) => line.kind === 'told' && line.error === 'invalid_grant' && line.refreshToken === after.refreshToken,
    )
    return refused ? [] : [`S7: generation ${after.generation} went to reauth without a refusal.`]
  })
}

function callersNeverGoBack({ lines }: HistoryFacts): string[] {
  const newest = new Map<string, number>()
  return lines.flatMap((line) => {
    if (line.kind !== 'served') return []
    const before = newest.get(line.worker) ?? 0
    newest.set(line.worker, Math.max(before, line.generation))
    return line.generation < before ? [`S8: ${line.worker} got generation ${line.generation} after ${before}.`] : []
  })
}

function tokensChangeOnlyWithGeneration(chain: readonly Version[]): string[] {
  return pairs(chain).flatMap(([before, after]) => {
    const allowed = after.generation > before.generation || after.state === 'closed'
    return allowed || after.tokens === before.tokens
      ? []
      : [`S9: the tokens of generation ${before.generation} changed without a new generation.`]
  })
}

function claimsFollowTheRules(chain: readonly Version[]): string[] {
  return pairs(chain).flatMap(([before, after]) => {
    const claim = after.claim
    if (claim === undefined || claim.id === before.claim?.id) return []
    const free = before.state === 'active' || (before.claim !== undefined && claim.atMs > before.claim.deadlineMs)
    return free && claim.atMs >= before.retryAtMs ? [] : [`S1: claim of generation ${claim.generation} came too early.`]
  })
}

function pairs(chain: readonly Version[]): [RecordFacts, RecordFacts][] {
  return chain.slice(1).map((after, index) => [(chain[index] ?? after).record, after.record])
}
