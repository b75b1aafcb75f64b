/** @import { LedgerEntry } from '../../src/ledger.ts' */

/**
 * @typedef {object} LedgerFilter
 * @property {string} words All of them must stand somewhere in the entry.
 * @property {string} vendor Empty: any.
 * @property {string} kind Empty: any.
 * @property {boolean} trouble Only what went wrong, or was made to.
 */

/** @type {WeakMap<LedgerEntry, string>} */
const texts = new WeakMap()

/**
 * Tells whether an entry is to be shown.
 * @param {LedgerEntry} entry
 * @param {LedgerFilter} filter
 */
export function fitsFilter(entry, { words, vendor, kind, trouble }) {
  if (vendor !== '' && entry.vendor !== vendor) return false
  if (kind !== '' && entry.kind !== kind) return false
  if (trouble && !isTrouble(entry)) return false
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean)
  return wanted.every((word) => textOf(entry).includes(word))
}

/**
 * Tells whether a call went wrong, or was made to.
 * @param {LedgerEntry} entry
 */
export function isTrouble({ status = 0, stage, fault, presented }) {
  if (status >= 400 || stage === 'lost' || stage === 'cut' || fault !== undefined) return true
  return presented !== undefined && presented.verdict !== 'current'
}

/** @param {LedgerEntry} entry */
function textOf(entry) {
  const known = texts.get(entry)
  if (known !== undefined) return known
  const text = valuesOf(entry).join(' ').toLowerCase()
  texts.set(entry, text)
  return text
}

/**
 * @param {object} value
 * @returns {string[]}
 */
function valuesOf(value) {
  return Object.values(value).flatMap((each) => (typeof each === 'object' ? valuesOf(each) : [String(each)]))
}
