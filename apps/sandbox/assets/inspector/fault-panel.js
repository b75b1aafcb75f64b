import { callControl } from './control.js'
import { element, find } from './element.js'

/** @import { PendingFault } from '../../src/faults/fault.ts' */

const faults = [
  { label: '401', effect: { type: 'unauthorized' } },
  { label: '429', effect: { type: 'rate_limited', retryAfterSeconds: 30 } },
  { label: '503', effect: { type: 'server_error' } },
  { label: 'Answer lost', effect: { type: 'lost', processed: true } },
  { label: 'Slow (5 s)', effect: { delayMs: 5000 } },
]

const deeds = [
  { label: 'Expire access tokens', method: 'expireAccessTokens', told: 'access tokens expired' },
  { label: 'Revoke grants', method: 'revokeGrant', told: 'grants revoked' },
]

/**
 * Makes the buttons that change the weather, and lists what waits to strike.
 * @param {() => void} onDone Called after each change.
 */
export function createFaultPanel(onDone) {
  const target = find('target', HTMLFormElement)
  const told = find('told', HTMLParagraphElement)
  const pending = find('pending', HTMLUListElement)
  const buttons = find('faults', HTMLDivElement)

  function readTarget() {
    const fields = new FormData(target)
    const vendor = String(fields.get('vendor'))
    return {
      vendor: vendor === '' ? {} : { vendor },
      kind: { kind: String(fields.get('kind')) },
      times: Number(fields.get('times')),
    }
  }

  /** @param {() => Promise<string>} work Returns what is told then. */
  async function run(work) {
    try {
      told.textContent = await work()
    } catch (error) {
      told.textContent = `That did not work: ${error instanceof Error ? error.message : String(error)}`
    }
    onDone()
  }

  /**
   * @param {string} label
   * @param {() => Promise<string>} work
   */
  function button(label, work) {
    const made = element('button', { type: 'button' }, label)
    made.addEventListener('click', () => void run(work))
    return made
  }

  buttons.append(
    ...faults.map(({ label, effect }) =>
      button(label, async () => {
        const { vendor, kind, times } = readTarget()
        const id = await callControl('faults/add', { match: { ...kind, ...vendor }, times, ...effect })
        return `${id} waits for the next call that fits: ${label}.`
      }),
    ),
    ...deeds.map(({ label, method, told: what }) =>
      button(label, async () => `${await callControl(method, readTarget().vendor)} ${what}.`),
    ),
  )
  target.addEventListener('submit', (event) => event.preventDefault())

  return {
    run,
    /** @param {readonly PendingFault[]} list */
    show(list) {
      if (list.length === 0) return pending.replaceChildren(element('li', { class: 'soft' }, 'nothing'))
      return pending.replaceChildren(...list.map((each) => pendingRow(each, button)))
    },
  }
}

/**
 * @param {PendingFault} pending
 * @param {(label: string, work: () => Promise<string>) => HTMLElement} button
 */
function pendingRow({ id, fault, remaining, held }, button) {
  const { match, ...effect } = fault
  const text = `${id}: ${fault.type ?? 'delay'} on ${Object.values(match).join(' ') || 'any call'}`
  const left = held > 0 ? `holds ${held}` : `${remaining} to go`
  const row = element('li', { title: JSON.stringify(effect) }, `${text}, ${left}`)
  if (held > 0) row.append(button('Release', async () => `${await callControl('faults/release', id)} released.`))
  row.append(
    button('Clear', async () => {
      await callControl('faults/clear', id)
      return `${id} cleared.`
    }),
  )
  return row
}
