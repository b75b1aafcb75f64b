import type { Fault, HistoryLine, LineOf } from './history-line.ts'
import type { Version } from './version-chain.ts'

/** What the profile and the options say. */
export interface Rules {
  readonly rotation: 'none' | 'strict' | { readonly graceSeconds: number; readonly uses: number }
  readonly times: Readonly<Record<'sendMs' | 'requestMs' | 'quietMs' | 'waitMs', number>>
}

/** How it ended, once nothing disturbed any more and a caller had asked for as long as it took. */
export interface Rest {
  /** `ended`: the caller was told that a person has to sign in. */
  readonly outcome: 'served' | 'ended' | 'stuck'
  /** The refresh tokens the server takes. */
  readonly current: readonly string[]
}

export interface HistoryFacts {
  readonly lines: readonly HistoryLine[]
  /** What was in the store, in order. */
  readonly versions: readonly Version[]
  readonly rules: Rules
  readonly rest?: Rest
}

/** One presentation of a refresh token and what became of it. */
export interface Presentation {
  readonly sent: LineOf<'sent'>
  /** Place in the lines. */
  readonly at: number
  judged?: LineOf<'judged'>
  judgedAt?: number
  told?: LineOf<'told'>
  gaveUp?: LineOf<'gave_up'>
  isAnswerLost?: boolean
}

/** A history with what several checks look up. */
export interface Book extends HistoryFacts {
  /** In the order of sending. */
  readonly presentations: readonly Presentation[]
  /** Where in the versions each claim was written down. */
  readonly claims: ReadonlyMap<string, number>
  /** Each refresh token that ever was in the store. */
  readonly stored: ReadonlySet<string>
  /** Tells whether a fault hit this worker, or everybody, from one place in the lines on, up to another. */
  wasHit(faults: readonly Fault[], worker?: string, from?: number, to?: number): boolean
}

export function openBook(facts: HistoryFacts): Book {
  const byRequest = new Map<string, Presentation>()
  const faults: { at: number; line: LineOf<'fault'> }[] = []
  for (const [at, line] of facts.lines.entries()) {
    if (line.kind === 'sent') byRequest.set(line.request, { sent: line, at })
    else if (line.kind === 'fault') faults.push({ at, line })
    if ('request' in line && line.request !== undefined) note(byRequest.get(line.request), line, at)
  }
  const claims = new Map<string, number>()
  const stored = new Set<string>()
  for (const [index, { record }] of facts.versions.entries()) {
    if (record.claim !== undefined && !claims.has(record.claim.id)) claims.set(record.claim.id, index)
    if (record.refreshToken !== undefined) stored.add(record.refreshToken)
  }
  return {
    ...facts,
    presentations: [...byRequest.values()],
    claims,
    stored,
    wasHit: (names, worker, from = 0, to = Infinity) =>
      faults.some(
        ({ at, line }) =>
          names.includes(line.fault) &&
          at >= from &&
          at <= to &&
          (worker === undefined || line.worker === undefined || line.worker === worker),
      ),
  }
}

function note(presentation: Presentation | undefined, line: HistoryLine, at: number): void {
  if (presentation === undefined) return
  if (line.kind === 'judged') Object.assign(presentation, { judged: line, judgedAt: at })
  else if (line.kind === 'told') presentation.told = line
  else if (line.kind === 'gave_up') presentation.gaveUp = line
  else if (line.kind === 'fault' && line.fault === 'answer_lost') presentation.isAnswerLost = true
}

/** The specified quiet time, computed here from the specification. */
export function quietTimeMs(unresolved: number, { times }: Rules): number {
  return Math.min(times.quietMs * 2 ** (unresolved - 1), 3_600_000)
}
