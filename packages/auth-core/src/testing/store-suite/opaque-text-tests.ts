import { check, checkEqual, create, listAll, preview, type DefineStoreTest } from './subject.ts'

/** Keys that a careless store confuses with one another, or takes for something else than a key. */
const hostileKeys: readonly string[] = [
  'a',
  'A',
  'a ',
  ' a',
  'a.',
  'a:b',
  'a/b',
  'a\\b',
  'a//b',
  'a/../b',
  '../a',
  '/a',
  '.',
  '..',
  'a*',
  'a?',
  'a[b]',
  'a%',
  'a%b',
  'a%2Fb',
  'a_b',
  'a{b}',
  'a{c}',
  "a'b",
  'a"b',
  'a;b',
  'a--b',
  'a\0',
  'a\0b',
  'a\nb',
  'a\r\nb',
  'a\tb',
  '\ufeffa', // a byte order mark
  'caf\u00e9', // composed
  'cafe\u0301', // decomposed: looks the same
  '\u0430', // Cyrillic a
  '\uff41', // full-width a
  'I',
  'i',
  '\u0131', // dotless i
  '\u0130', // dotted I
  'ß',
  'ss',
  '\u200ba', // zero-width space
  'a\u{1f600}',
  'a\uffff',
  'a\u{10ffff}',
  'a\u{10ffff}b',
  '1',
  '01',
  '1.0',
  '1e0',
  'null',
  'undefined',
  '__proto__',
  'constructor',
  'k'.repeat(512),
  `${'k'.repeat(511)}l`,
]

const prefixes = [
  '',
  'a',
  'a/',
  'a%',
  'a_',
  'a*',
  'a[',
  'a?',
  'a\0',
  'a{',
  'a\u{10ffff}',
  'a\uffff',
  '\ufeff',
  'caf',
  '.',
  'none',
]

const oneMebibyte = 1_048_576
const hostileValues: readonly string[] = [
  '',
  ' ',
  ' padded ',
  '0',
  '007',
  '1e3',
  'null',
  'conflict',
  '{"v":1,"state":"active"}',
  'line\nline\r\nline\r',
  'before\0after',
  '\0',
  '\ufeffmarked',
  'caf\u00e9 cafe\u0301 \u{1f469}\u200d\u{1f680} \u{10ffff} \uffff \u2028\u2029',
  "'; DROP TABLE entry; --",
  'x'.repeat(oneMebibyte),
  '\u{1f600}\0é'.repeat(oneMebibyte / 7),
]

export function opaqueTextTests(test: DefineStoreTest): void {
  test('keeps every value as it is, up to 1 MiB', async ({ store }) => {
    for (const [index, value] of hostileValues.entries()) await create(store, `value ${index}`, value)
    for (const [index, value] of hostileValues.entries()) {
      const read = (await store.read(`value ${index}`)).entry?.value
      check(read === value, `${preview(value)} is read back as it was written, not as ${preview(read)}`)
    }
  })

  test('keeps keys apart that look alike or hold special characters', async ({ store }) => {
    for (const key of hostileKeys) await create(store, key, `value of ${key}`)
    for (const key of hostileKeys) {
      checkEqual((await store.read(key)).entry?.value, `value of ${key}`, `the value of ${preview(key)}`)
    }
  })

  test('lists by prefix exactly, without patterns', async ({ store }) => {
    for (const key of hostileKeys) await create(store, key, 'value')
    for (const prefix of prefixes) {
      const expected = hostileKeys.filter((key) => key.startsWith(prefix)).toSorted()
      checkEqual((await listAll(store, prefix)).toSorted(), expected, `the list of ${preview(prefix)}`)
    }
  })

  test('keeps or refuses text that is not well-formed, but never changes it', async ({ store }) => {
    for (const text of ['\ud800', '\udc00', 'a\ud800b']) {
      const changed = text.toWellFormed()
      const kept = await store.write(text, text, { ifVersion: null }).catch(() => undefined)
      const { entry } = await store.read(changed)
      check(entry === undefined, `${preview(text)} does not become the key ${preview(changed)}`)
      if (kept) check((await store.read(text)).entry?.value === text, `${preview(text)} is read back as it was written`)
    }
  })
}
