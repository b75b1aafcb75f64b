import type { Book, Presentation } from './book.ts'
import { quietTimeMs } from './book.ts'
import type { Fault } from './history-line.ts'
import type { Version } from './version-chain.ts'

/** The invariants about what was sent to the server, what it made of it, and what became of its answers. */
export function checkPresentations(book: Book): string[] {
  if (book.wasHit(['store_lost_writes'])) return []
  return [
    ...withoutClaim(book),
    ...harmWithoutFault(book),
    ...lostTokens(book),
    ...reuseByOthers(book),
    ...destroyed(book),
    ...notCurrentAtRest(book),
  ]
}

function withoutClaim({ presentations, claims, versions }: Book): string[] {
  const used = new Set<string>()
  return presentations.flatMap(({ sent: { claimId, refreshToken, worker } }) => {
    const claimed = versions[claims.get(claimId) ?? -1]
    const isRepeated = used.has(claimId)
    used.add(claimId)
    if (isRepeated) return [`S1: ${worker} presented a refresh token twice under one claim.`]
    return claimed?.record.refreshToken === refreshToken
      ? []
      : [`S1: ${worker} presented a refresh token without a claim on it.`]
  })
}

function harmWithoutFault(book: Book): string[] {
  if (book.lines.some(({ kind }) => kind === 'fault')) return []
  const isClosed = book.versions.some(({ record }) => record.state === 'closed')
  return book.presentations.flatMap(({ sent, judged }) => {
    const { verdict } = judged ?? {}
    const isHarm = verdict === 'reuse' || (verdict === 'revoked' && !isClosed)
    return isHarm ? [`S3: without faults, ${sent.worker} presented a refresh token that was ${verdict}.`] : []
  })
}

/** Each refresh token that was handed out is stored in the end, unless there is a reason why it cannot be. */
function lostTokens(book: Book): string[] {
  return book.presentations.flatMap((presentation) => {
    const { judged, sent } = presentation
    if (judged?.issued === undefined || book.stored.has(judged.issued) || isExcused(book, presentation)) return []
    return [`S3: the refresh token that ${sent.worker} got for request ${sent.request} was lost.`]
  })
}

function isExcused(book: Book, presentation: Presentation): boolean {
  const { sent, at, told, gaveUp, isAnswerLost } = presentation
  if (isAnswerLost === true || book.wasHit(['crash'], sent.worker, at)) return true
  const claimed = book.versions[book.claims.get(sent.claimId) ?? -1]
  if (gaveUp !== undefined && gaveUp.waitedMs >= listeningMs(book, claimed)) return true
  if (told === undefined) return false
  return hasStoredSibling(book, presentation) || isReplaced(book, claimed)
}

/** The answer to another presentation of the same token was stored instead: only a server with grace gives two. */
function hasStoredSibling({ presentations, stored }: Book, { sent, judged }: Presentation): boolean {
  return presentations.some(
    (other) =>
      other.sent.refreshToken === sent.refreshToken &&
      other.judged?.issued !== undefined &&
      other.judged !== judged &&
      stored.has(other.judged.issued),
  )
}

/** A person signed in again, or disconnected. */
function isReplaced({ versions }: Book, claimed: Version | undefined): boolean {
  return versions.some(({ record }) => record.lineage !== claimed?.record.lineage || record.state === 'closed')
}

/** An answer is listened for until just before the next presentation. */
function listeningMs({ rules }: Book, claimed: Version | undefined): number {
  const { requestMs, sendMs } = rules.times
  return requestMs + quietTimeMs((claimed?.record.unresolved ?? 0) + 1, rules) - sendMs
}

function reuseByOthers({ presentations, claims, versions }: Book): string[] {
  return presentations.flatMap(({ sent, judged }) => {
    if (judged?.verdict !== 'reuse') return []
    const isProbe = (versions[claims.get(sent.claimId) ?? -1]?.record.unresolved ?? 0) > 0
    return isProbe ? [] : [`S4: ${sent.worker} triggered reuse detection and was no probe.`]
  })
}

/** At the moment of a reuse: is what it destroys still held by the store, or by a process that could not help it? */
function destroyed(book: Book): string[] {
  return book.presentations.flatMap(({ judged, judgedAt = 0, sent }) => {
    if (judged?.verdict !== 'reuse') return []
    const victims = book.presentations.filter(
      (other) => other.judged?.family === judged.family && isHeld(book, other, judgedAt),
    )
    return victims.map((victim) => `S5: ${sent.worker} destroyed the tokens that ${victim.sent.worker} still held.`)
  })
}

/** After these, nobody else can know whether a process still has an answer. */
const whatHoldsUp: readonly Fault[] = ['crash', 'suspension', 'cut_off', 'clock_moved']

/** Held: told to a process that is not gone, or on its way to one that still listens. */
function isHeld(book: Book, presentation: Presentation, momentAt: number): boolean {
  const { sent, at, told, judged } = presentation
  if (told?.issued === undefined || judged?.family === undefined) return false
  if (book.wasHit(whatHoldsUp, sent.worker, at, momentAt)) return false
  // A token that was presented by then has been replaced.
  const isUsed = book.presentations.some((other) => other.sent.refreshToken === told.issued && other.at < momentAt)
  return !isUsed && !hasStoredSibling(book, presentation)
}

function notCurrentAtRest(book: Book): string[] {
  const { rest, versions } = book
  const last = versions.at(-1)?.record
  if (rest?.outcome !== 'served' || last?.refreshToken === undefined || last.state === 'closed') return []
  if (book.wasHit(['revoked']) || rest.current.includes(last.refreshToken)) return []
  if (wasDeadOnArrival(book, last.refreshToken)) return []
  return ["S3: at rest the stored refresh token is not the provider's current one."]
}

/** Saved by a process that was held up with the answer, while a probe of the same token was out: nobody can prevent it. */
function wasDeadOnArrival({ presentations, wasHit }: Book, refreshToken: string): boolean {
  const origin = presentations.find(({ judged }) => judged?.issued === refreshToken)
  if (origin === undefined) return false
  return presentations.some(
    ({ sent, at, judged, judgedAt }) =>
      judged?.verdict === 'reuse' &&
      sent.refreshToken === origin.sent.refreshToken &&
      at > origin.at &&
      wasHit(whatHoldsUp, origin.sent.worker, origin.at, judgedAt),
  )
}
