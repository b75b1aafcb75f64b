// Served as it is, without a build: what the types are stands in comments, and is checked.
import { createCallsTable } from './calls-table.js'
import { callControl } from './control.js'
import { find } from './element.js'
import { createFaultPanel } from './fault-panel.js'
import { createStatePanel } from './state-panel.js'
import { createTokenPanel } from './token-panel.js'

/** So often the panels are read anew while calls come in. */
const readEveryMs = 500

const connection = find('connection', HTMLParagraphElement)
const calls = createCallsTable()
const faults = createFaultPanel(readSoon)
const state = createStatePanel(faults.run)
const tokens = createTokenPanel(faults.run)

/** @type {number | undefined} */
let timer

function readSoon() {
  timer ??= window.setTimeout(() => void readPanels(), readEveryMs)
}

async function readPanels() {
  try {
    const [nowMs, accounts, clients, summary, pending, grants] = await Promise.all([
      callControl('clock/nowMs'),
      callControl('accounts/list'),
      callControl('clients/list'),
      callControl('ledger/summary'),
      callControl('faults/pending'),
      callControl('grants/list'),
    ])
    state.show({ nowMs, accounts, clients, summary })
    faults.show(pending)
    tokens.show(grants, calls.entries())
  } catch {
    // The stream tells that the sandbox is gone, and asks for the panels again once it is back.
  } finally {
    timer = undefined
  }
}

const stream = new EventSource('/__sandbox/ledger/stream')
stream.addEventListener('open', () => {
  connection.textContent = 'Live'
  readSoon()
})
stream.addEventListener('error', () => {
  connection.textContent = 'The sandbox does not answer. Trying again …'
})
stream.addEventListener('entry', ({ data }) => {
  calls.put(JSON.parse(data))
  readSoon()
})
stream.addEventListener('restart', () => {
  calls.clear()
  readSoon()
})
