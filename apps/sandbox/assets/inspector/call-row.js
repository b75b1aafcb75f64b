import { element } from './element.js'

/** @import { LedgerEntry, TokenTrace } from '../../src/ledger.ts' */

/** Which verdicts are as they should be. */
export const verdictClass = { current: 'good', spent_in_grace: 'odd', not_judged: 'odd' }

/**
 * Makes the row of a call.
 * @param {LedgerEntry} entry
 */
export function callRow(entry) {
  const { seq, atMs, operation, method, path, clientId = '', account = '' } = entry
  const more = element('button', { type: 'button', 'aria-expanded': 'false', 'data-seq': String(seq) }, String(seq))
  return element(
    'tr',
    {},
    element('td', {}, more),
    element('td', {}, new Date(atMs).toISOString().slice(11, 23)),
    element('td', {}, operation, element('small', {}, `${method} ${path}`)),
    element('td', {}, clientId, element('small', {}, account)),
    answerCell(entry),
    tokenCell(entry),
  )
}

/**
 * Makes the row below it, with everything the ledger has.
 * @param {LedgerEntry} entry
 */
export function detailRow(entry) {
  const everything = element('pre', {}, JSON.stringify(entry, null, 2))
  return element('tr', { class: 'detail' }, element('td', { colspan: '6' }, everything))
}

/** @param {LedgerEntry} entry */
function answerCell({ status, stage, error, fault }) {
  const isGood = stage === 'answered' && status !== undefined && status < 400
  const isOpen = stage === 'arrived' || stage === 'held'
  const text = stage === 'answered' ? String(status) : stage
  const notes = [error, fault].filter((note) => note !== undefined).join(', ')
  const answer = element('span', { class: isGood ? 'good' : isOpen ? 'odd' : 'bad' }, text)
  return element('td', {}, answer, element('small', {}, notes))
}

/** @param {LedgerEntry} entry */
function tokenCell({ presented, bearer, issuedRefreshToken, issuedAccessToken }) {
  const cell = element('td')
  if (presented !== undefined) {
    const { verdict } = presented
    const known = /** @type {Record<string, string | undefined>} */ (verdictClass)
    cell.append(
      `${nameToken('refresh', presented)} `,
      element('span', { class: known[verdict] ?? 'bad' }, verdict.replaceAll('_', ' ')),
    )
  }
  if (bearer !== undefined) cell.append(nameToken('access', bearer))
  const issued = [
    issuedRefreshToken && `refresh ${issuedRefreshToken.generation}`,
    issuedAccessToken && `access ${issuedAccessToken.generation}`,
  ].filter((name) => name !== undefined)
  const family = issuedAccessToken?.family ?? ''
  if (issued.length > 0) cell.append(element('small', {}, `gave ${family} ${issued.join(', ')}`))
  return cell
}

/**
 * @param {string} kind
 * @param {TokenTrace} token
 */
function nameToken(kind, { hash, family, generation }) {
  return family === undefined ? `${kind} #${hash.slice(0, 8)}` : `${family} ${kind} ${generation}`
}
