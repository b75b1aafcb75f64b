import { linesOf, type HistoryLine, type LineOf, type Verdict } from '@grantkit/history'
import type { LedgerEntry, RefreshVerdict } from '@grantkit/sandbox'

/**
 * Says of each presentation what the sandbox made of it, and which answers it kept to itself. The ledger names tokens
 * by hashes of its own: the n-th time that it saw a token is the n-th time that the history shows one being sent.
 */
export function judgedLines(lines: readonly HistoryLine[], ledger: readonly LedgerEntry[]): HistoryLine[] {
  const waiting = linesOf(lines, 'sent')
  const told = new Map(linesOf(lines, 'told').map((line) => [line.request, line]))
  const names = new Map<string, string>()
  return ledger.flatMap((entry): HistoryLine[] => {
    const { presented } = entry
    if (presented === undefined || entry.grantType !== 'refresh_token') return []
    const known = names.get(presented.hash)
    const isNamed = new Set(names.values())
    const at = waiting.findIndex(({ refreshToken }) =>
      known === undefined ? !isNamed.has(refreshToken) : refreshToken === known,
    )
    const [sent] = at < 0 ? [] : waiting.splice(at, 1)
    if (sent === undefined) throw new Error(`The history does not show who sent call ${entry.seq}.`)
    names.set(presented.hash, sent.refreshToken)
    return linesAbout(entry, sent.request, told.get(sent.request))
  })
}

function linesAbout(entry: LedgerEntry, request: string, told: LineOf<'told'> | undefined): HistoryLine[] {
  const { presented, issuedRefreshToken } = entry
  const isReplaced = issuedRefreshToken !== undefined && issuedRefreshToken.hash !== presented?.hash
  const issued = isReplaced ? { issued: told?.issued ?? `ledger ${issuedRefreshToken.hash}` } : {}
  const family = presented?.family === undefined ? {} : { family: presented.family }
  // Played on purpose: what the server gave is in no answer that the client could read.
  const isLost = entry.fault !== undefined && isReplaced && told?.issued === undefined
  return [
    { kind: 'judged', request, verdict: verdicts[presented?.verdict ?? 'not_judged'], ...family, ...issued },
    ...(isLost ? [{ kind: 'fault', fault: 'answer_lost', request } as const] : []),
  ]
}

const verdicts: Readonly<Record<RefreshVerdict, Verdict>> = {
  current: 'current',
  spent_in_grace: 'spent_in_grace',
  reuse: 'reuse',
  revoked: 'revoked',
  expired: 'revoked',
  wrong_client: 'revoked',
  unknown: 'revoked',
  not_judged: 'not_judged',
}
