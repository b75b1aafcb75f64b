import { callControl } from './control.js'
import { element, find } from './element.js'

/** @import { LedgerSummary } from '../../src/ledger.ts' */

/**
 * @typedef {object} StateFacts
 * @property {number} nowMs
 * @property {readonly object[]} accounts
 * @property {readonly object[]} clients
 * @property {LedgerSummary} summary
 */

/**
 * Sums up where the sandbox stands, and turns its clock.
 * @param {(work: () => Promise<string>) => Promise<void>} run Runs what a button does, and tells it.
 */
export function createStatePanel(run) {
  const list = find('state', HTMLDListElement)
  for (const button of document.querySelectorAll('button[data-advance]')) {
    const byMs = Number(button.getAttribute('data-advance'))
    button.addEventListener('click', () => {
      void run(async () => `It is ${writeTime(await callControl('clock/advance', byMs))} now.`)
    })
  }

  return {
    /** @param {StateFacts} facts */
    show({ nowMs, accounts, clients, summary }) {
      const rows = {
        Clock: writeTime(nowMs),
        'People, clients': `${accounts.length}, ${clients.length}`,
        Families: summary.families,
        'Refreshes, reuse': `${summary.refreshRequests}, ${summary.reuse}`,
        'API calls': summary.apiCalls,
        'Lost or cut': summary.lost + summary.cut,
      }
      list.replaceChildren(
        ...Object.entries(rows).flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, String(value))]),
      )
    },
  }
}

/** @param {number} atMs */
function writeTime(atMs) {
  return new Date(atMs).toISOString().slice(0, 19).replace('T', ' ')
}
