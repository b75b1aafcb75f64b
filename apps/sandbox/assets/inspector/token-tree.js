/** @import { LedgerEntry, RefreshVerdict } from '../../src/ledger.ts' */
/** @import { GrantSummary, TokenSummary } from '../../src/oauth/describe-grants.ts' */

/**
 * A refresh token, and each time it was presented.
 * @typedef {TokenSummary & { presentations: Presentation[] }} TokenBranch
 */

/**
 * @typedef {object} Presentation
 * @property {number} seq Number of the call.
 * @property {RefreshVerdict} verdict
 */

/**
 * A family of tokens.
 * @typedef {object} TokenFamily
 * @property {GrantSummary} grant
 * @property {TokenBranch[]} refreshTokens
 * @property {number} accessTokens
 * @property {number} currentAccessTokens
 * @property {boolean} isAlive
 */

/**
 * Joins what was given out with what was presented. The newest family comes first.
 * @param {readonly GrantSummary[]} grants
 * @param {Iterable<LedgerEntry>} entries
 * @returns {TokenFamily[]}
 */
export function growTokenTree(grants, entries) {
  const presented = presentationsByHash(entries)
  return grants
    .map((grant) => {
      const current = [...grant.refreshTokens, ...grant.accessTokens].filter(({ state }) => state === 'current')
      return {
        grant,
        refreshTokens: grant.refreshTokens.map((token) => ({
          ...token,
          presentations: presented.get(token.hash) ?? [],
        })),
        accessTokens: grant.accessTokens.length,
        currentAccessTokens: grant.accessTokens.filter(({ state }) => state === 'current').length,
        isAlive: current.length > 0,
      }
    })
    .toReversed()
}

/**
 * @param {Iterable<LedgerEntry>} entries
 * @returns {Map<string, Presentation[]>}
 */
function presentationsByHash(entries) {
  /** @type {Map<string, Presentation[]>} */
  const byHash = new Map()
  for (const { seq, presented } of entries) {
    if (presented === undefined) continue
    const { hash, verdict } = presented
    const presentations = byHash.get(hash) ?? []
    presentations.push({ seq, verdict })
    byHash.set(hash, presentations)
  }
  return byHash
}
