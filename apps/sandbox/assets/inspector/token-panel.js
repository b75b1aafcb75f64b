import { verdictClass } from './call-row.js'
import { callControl } from './control.js'
import { element, find } from './element.js'
import { growTokenTree } from './token-tree.js'

/** @import { LedgerEntry } from '../../src/ledger.ts' */
/** @import { GrantSummary } from '../../src/oauth/describe-grants.ts' */
/** @import { TokenBranch, TokenFamily } from './token-tree.js' */

/** More would be a list nobody reads; the rest is counted. */
const familyLimit = 30

const stateClass = { current: 'good', spent: 'odd', revoked: 'bad', expired: 'odd' }

/**
 * Draws the token tree of each family: what was given out, what became of it, and who presented it when.
 * @param {(work: () => Promise<string>) => Promise<void>} run Runs what a button does, and tells it.
 */
export function createTokenPanel(run) {
  const panel = find('tokens', HTMLDivElement)
  /** @type {Set<string>} */
  const closed = new Set()
  let drawn = ''

  /**
   * @param {readonly GrantSummary[]} grants
   * @param {Iterable<LedgerEntry>} entries
   */
  function show(grants, entries) {
    const families = growTokenTree(grants, entries)
    // Redrawing would take the focus from its buttons.
    const content = JSON.stringify(families)
    if (content === drawn) return
    drawn = content
    const rest = families.length - familyLimit
    panel.replaceChildren(
      ...(families.length === 0 ? [element('p', { class: 'soft' }, 'Nobody has signed in yet.')] : []),
      ...families.slice(0, familyLimit).map(familyTree),
      ...(rest > 0 ? [element('p', { class: 'soft' }, `and ${rest} older families`)] : []),
    )
  }

  /** @param {TokenFamily} family */
  function familyTree({ grant, refreshTokens, accessTokens, currentAccessTokens, isAlive }) {
    const { family, clientId, principal, vendor } = grant
    const state = element('span', { class: isAlive ? 'good' : 'bad' }, isAlive ? 'alive' : 'ended')
    const tree = element(
      'details',
      closed.has(family) ? {} : { open: '' },
      element('summary', {}, `${family} `, state),
      element('p', { class: 'soft' }, `${principal} for ${clientId} at ${vendor}`),
      element(
        'ul',
        {},
        ...refreshTokens.map(refreshBranch),
        element('li', {}, `${currentAccessTokens} of ${accessTokens} access tokens current`),
      ),
      element(
        'div',
        { class: 'buttons' },
        deed('Expire access', 'expireAccessTokens', family, 'access tokens expired'),
        deed('Revoke', 'revokeGrant', family, 'grants revoked'),
      ),
    )
    tree.addEventListener('toggle', () => {
      if (tree.hasAttribute('open')) closed.delete(family)
      else closed.add(family)
    })
    return tree
  }

  /**
   * @param {string} label
   * @param {string} method
   * @param {string} family
   * @param {string} told
   */
  function deed(label, method, family, told) {
    const button = element('button', { type: 'button', 'aria-label': `${label} of ${family}` }, label)
    button.addEventListener('click', () => void run(async () => `${await callControl(method, { family })} ${told}.`))
    return button
  }

  return { show }
}

/** @param {TokenBranch} token */
function refreshBranch({ generation, hash, state, presentations }) {
  const branch = element(
    'li',
    {},
    `refresh ${generation} `,
    element('code', {}, `#${hash.slice(0, 8)}`),
    ' ',
    element('span', { class: stateClass[state] }, state),
  )
  const known = /** @type {Record<string, string | undefined>} */ (verdictClass)
  const shown = presentations.map(({ seq, verdict }) => {
    const judged = element('span', { class: known[verdict] ?? 'bad' }, verdict.replaceAll('_', ' '))
    return element('li', {}, `call ${seq}: `, judged)
  })
  if (shown.length > 0) branch.append(element('ul', {}, ...shown))
  return branch
}
