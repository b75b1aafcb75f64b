import type { Store } from '../../src/store.ts'
import { listAll } from '../../src/testing/store-suite/subject.ts'
import {
  withAnswers,
  withKeys,
  withList,
  withTwoSteps,
  withValues,
  withVersions,
  type BreakStore,
} from './break-store.ts'

type Write = Store['write']

// Tests that several faults have to fail.
const oneWinner = 'lets one of 64 writers win each of 3 claims'
const versionsDiffer = 'never gives a version twice, not for the same value and not after a removal'
const keysApart = 'keeps keys apart that look alike or hold special characters'
const valuesKept = 'keeps every value as it is, up to 1 MiB'
const notWellFormed = 'keeps or refuses text that is not well-formed, but never changes it'
const prefixExact = 'lists by prefix exactly, without patterns'
const pagesComplete = 'lists more keys than fit on a page, each once'
const wholeMs = 'tells the time in whole epoch milliseconds'

/** Every fault with a test of the suite that has to fail for it. */
export const brokenStores: Readonly<Record<string, [breakStore: BreakStore, failingTest: string]>> = {
  'writes whatever the condition says': [
    withTwoSteps(() => true),
    'refuses to create what exists, and changes nothing',
  ],
  'checks and writes in two steps': [withTwoSteps((present, wanted) => present === wanted), oneWinner],
  'takes null for "whatever is there"': [
    withTwoSteps((present, wanted) => wanted === null || present === wanted),
    'refuses to create what exists, and changes nothing',
  ],
  'creates on a write that names a version': [
    withTwoSteps((present, wanted) => present === null || present === wanted),
    'refuses to write over an absent key, and creates nothing',
  ],
  'applies a write and answers a conflict': [
    (store) => ({
      async write(key, value, options) {
        const result = await store.write(key, value, options)
        if (result !== 'conflict' || options.ifVersion === null) return result
        await store.write(key, value, { ifVersion: (await store.read(key)).entry?.version ?? null })
        return 'conflict'
      },
    }),
    'lets no late write through over a tombstone',
  ],
  'answers another version than it keeps': [
    (store) => ({
      async write(key, value, options) {
        const result = await store.write(key, value, options)
        return result === 'conflict' ? result : { version: `${result.version}+` }
      },
    }),
    'reads back what was written, with the version that the write answered',
  ],
  'counts versions from 0 after each creation': [
    withVersions((_value, key, count) => `${key}.${count}`),
    versionsDiffer,
  ],
  'makes the version from the value': [withVersions((value) => `hash of ${value}`), versionsDiffer],
  'removes whatever the version': [
    (store) => ({
      async remove(key) {
        const { entry } = await store.read(key)
        return entry ? store.remove(key, { ifVersion: entry.version }) : 'conflict'
      },
    }),
    'removes the named version only',
  ],
  'removes what is not there': [
    (store) => ({
      async remove(key, options) {
        const { entry } = await store.read(key)
        return entry ? store.remove(key, options) : 'removed'
      },
    }),
    'removes once: the second removal and the removal of an absent key are conflicts',
  ],
  'does not remove': [
    (store) => ({
      remove: async (key, { ifVersion }) =>
        (await store.read(key)).entry?.version === ifVersion ? 'removed' : 'conflict',
    }),
    'lets an entry be consumed once',
  ],
  'tells two that they removed the same': [
    (store) => {
      const removed = new Map<string, number>()
      return {
        async remove(key, options) {
          const times = removed.get(options.ifVersion) ?? 0
          const result = await store.remove(key, options)
          if (result === 'conflict' && times !== 1) return result
          removed.set(options.ifVersion, times + 1)
          return 'removed'
        },
      }
    },
    'removes once: the second removal and the removal of an absent key are conflicts',
  ],
  'ignores case in keys': [withKeys((key) => key.toLowerCase()), keysApart],
  'normalizes keys': [withKeys((key) => key.normalize('NFC')), keysApart],
  'folds look-alike characters in keys': [withKeys((key) => key.normalize('NFKC')), keysApart],
  'trims keys': [withKeys((key) => key.trim()), keysApart],
  'cuts keys at NUL': [withKeys((key) => key.replace(/\0.*/s, '')), keysApart],
  'cuts long keys': [withKeys((key) => key.slice(0, 511)), keysApart],
  'takes keys for paths': [withKeys((key) => new URL(key, 'file:///store/').pathname), keysApart],
  'changes half surrogate pairs in keys': [withKeys((key) => key.toWellFormed()), notWellFormed],
  'changes half surrogate pairs in values': [withValues((value) => value.toWellFormed()), notWellFormed],
  'drops a byte order mark from values': [withValues((value) => value.replace(/^\ufeff/, '')), valuesKept],
  'cuts values at NUL': [withValues((value) => value.replace(/\0.*/s, '')), valuesKept],
  'normalizes line ends in values': [withValues((value) => value.replaceAll('\r\n', '\n')), valuesKept],
  'keeps half a mebibyte of a value': [withValues((value) => value.slice(0, 524_288)), valuesKept],
  'takes an empty value for none': [
    withAnswers(({ nowMs, entry }) => (entry?.value ? { nowMs, entry } : { nowMs })),
    valuesKept,
  ],
  'reads numbers from values': [
    withAnswers((answer) => {
      const number = Number(answer.entry?.value || 'none')
      return answer.entry && !Number.isNaN(number)
        ? { ...answer, entry: { ...answer.entry, value: `${number}` } }
        : answer
    }),
    valuesKept,
  ],
  'lists by a LIKE pattern': [
    withList((key, prefix) => {
      const pattern = escapePattern(prefix).replaceAll('%', '.*').replaceAll('_', '.')
      return new RegExp(`^${pattern}.*$`, 'isu').test(key)
    }),
    prefixExact,
  ],
  'lists by a glob': [
    withList((key, prefix) => new RegExp(`^${escapePattern(prefix).replaceAll('\\*', '.*')}`, 's').test(key)),
    prefixExact,
  ],
  'lists from the prefix on': [withList((key, prefix) => key >= prefix), prefixExact],
  'lists up to the prefix and one character': [
    withList((key, prefix) => key >= prefix && key < `${prefix}\uffff`),
    prefixExact,
  ],
  'lists the first page only': [
    (store) => ({ list: async (prefix) => ({ keys: (await store.list(prefix)).keys }) }),
    pagesComplete,
  ],
  'lists by offset': [
    (store) => ({
      async list(prefix, { cursor = '0' } = {}) {
        const keys = await listAll(store, prefix)
        const end = Number(cursor) + 100
        return { keys: keys.slice(Number(cursor), end), ...(end < keys.length && { cursor: `${end}` }) }
      },
    }),
    'lists each key once that is there all the time, whatever comes and goes between pages',
  ],
  'lists some keys twice': [
    (store) => ({
      async list(prefix, options) {
        const page = await store.list(prefix, options)
        return { ...page, keys: [...page.keys, ...page.keys.slice(0, 1)] }
      },
    }),
    pagesComplete,
  ],
  'lists for ever': [
    (store) => ({
      list: async (prefix, options) => ({ cursor: '', ...(await store.list(prefix, options)) }),
    }),
    pagesComplete,
  ],
  'lets nothing expire': [
    (store) => ({
      write: (key, value, { ifVersion }) => store.write(key, value, { ifVersion }),
    }),
    'reads an expired entry as absent, lists it no more and lets its key be created again',
  ],
  'takes milliseconds of expiry for microseconds': [
    (store) => ({
      write: (key, value, { ifVersion, expiresInMs }) =>
        store.write(key, value, { ifVersion, ...(expiresInMs !== undefined && { expiresInMs: expiresInMs / 1e6 }) }),
    }),
    'keeps an entry until it expires',
  ],
  'keeps the first expiry': [
    (store) => {
      const expiries = new Map<string, number>()
      return {
        write(key, value, { ifVersion, expiresInMs }) {
          const first = ifVersion === null ? expiresInMs : (expiries.get(key) ?? expiresInMs)
          if (first !== undefined) expiries.set(key, first)
          return store.write(key, value, { ifVersion, ...(first !== undefined && { expiresInMs: first }) })
        },
      }
    },
    'keeps an entry for good once it is written without an expiry',
  ],
  'clears away more than what expired': [
    (store) => {
      let expiring = 0
      return {
        async write(key, value, options) {
          const result = await store.write(key, value, options)
          const bystander = await store.read('for good')
          if (options.expiresInMs !== undefined && ++expiring > 150 && bystander.entry) {
            await store.remove('for good', { ifVersion: bystander.entry.version })
          }
          return result
        },
      }
    },
    'keeps everything else when it clears expired entries away',
  ],
  'tells the time in seconds': [
    withAnswers((answer) => ({ ...answer, nowMs: Math.floor(answer.nowMs / 1000) })),
    wholeMs,
  ],
  'tells fractions of milliseconds': [withAnswers((answer) => ({ ...answer, nowMs: answer.nowMs + 0.5 })), wholeMs],
  'tells always the same time': [
    withAnswers((answer) => ({ ...answer, nowMs: Date.UTC(2026, 0) })),
    'tells a time that goes forward',
  ],
  'tells a time that goes back': [
    (store) => {
      let backMs = 0
      return withAnswers((answer) => ({ ...answer, nowMs: answer.nowMs - backMs++ }))(store)
    },
    'tells a time that goes forward',
  ],
  'claims to be durable and forgets': [
    () => ({ durability: 'durable' }),
    'keeps its entries and gives no version again after a restart, as its durability says',
  ],
  'tells of a change before it can be read': [
    (store) => {
      const listeners = new Set<() => void>()
      const write: Write = async (key, value, options) => {
        for (const listener of listeners) listener()
        await Promise.resolve()
        return store.write(key, value, options)
      }
      return { write, subscribe: (_, listener) => (listeners.add(listener), () => listeners.delete(listener)) }
    },
    'tells subscribers of a change, if it can, once the change can be read',
  ],
  'tells those who unsubscribed': [
    (store) => ({
      subscribe: (key, listener) => (store.subscribe?.(key, listener), () => undefined),
    }),
    'tells nothing to who unsubscribed',
  ],
}

/** For a pattern with the `u` flag. */
function escapePattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`)
}
