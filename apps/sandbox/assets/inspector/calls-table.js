import { callRow, detailRow } from './call-row.js'
import { find } from './element.js'
import { fitsFilter } from './ledger-filter.js'

/** @import { LedgerEntry } from '../../src/ledger.ts' */

const pageSize = 200

/** Shows the newest calls that fit the filter, a page of them at first: ten thousand are kept, never drawn. */
export function createCallsTable() {
  const body = find('calls', HTMLTableSectionElement)
  const form = find('filter', HTMLFormElement)
  const count = find('count', HTMLParagraphElement)
  const more = find('more', HTMLButtonElement)
  /** @type {Map<number, LedgerEntry>} */
  const entries = new Map()
  /** Rows that are drawn, by the entry they show. @type {WeakMap<LedgerEntry, HTMLElement>} */
  const rows = new WeakMap()
  /** @type {Set<number>} */
  const opened = new Set()
  let shown = pageSize
  let isScheduled = false

  function readFilter() {
    const fields = new FormData(form)
    const text = (/** @type {string} */ name) => String(fields.get(name) ?? '')
    return { words: text('words'), vendor: text('vendor'), kind: text('kind'), trouble: fields.has('trouble') }
  }

  function draw() {
    isScheduled = false
    const filter = readFilter()
    const fitting = [...entries.values()].filter((entry) => fitsFilter(entry, filter)).toSorted((a, b) => b.seq - a.seq)
    const focused = document.activeElement
    body.replaceChildren(...fitting.slice(0, shown).flatMap(rowsOf))
    if (focused instanceof HTMLElement && body.contains(focused)) focused.focus({ preventScroll: true })
    const all = entries.size
    count.textContent = fitting.length === all ? `${all} calls` : `${fitting.length} of ${all} calls`
    more.hidden = fitting.length <= shown
  }

  /** @param {LedgerEntry} entry */
  function rowsOf(entry) {
    const row = rows.get(entry) ?? callRow(entry)
    rows.set(entry, row)
    const isOpen = opened.has(entry.seq)
    row.querySelector('button')?.setAttribute('aria-expanded', String(isOpen))
    return isOpen ? [row, detailRow(entry)] : [row]
  }

  function schedule() {
    if (isScheduled) return
    isScheduled = true
    requestAnimationFrame(draw)
  }

  form.addEventListener('submit', (event) => event.preventDefault())
  form.addEventListener('input', () => {
    shown = pageSize
    schedule()
  })
  more.addEventListener('click', () => {
    shown += pageSize
    schedule()
  })
  body.addEventListener('click', ({ target }) => {
    if (!(target instanceof HTMLButtonElement)) return
    const seq = Number(target.dataset['seq'])
    if (!opened.delete(seq)) opened.add(seq)
    schedule()
  })

  return {
    /** @param {LedgerEntry} entry */
    put(entry) {
      entries.set(entry.seq, entry)
      if (new FormData(form).has('live')) schedule()
    },
    clear() {
      entries.clear()
      opened.clear()
      schedule()
    },
    entries: () => entries.values(),
  }
}
