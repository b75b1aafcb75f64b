import { expect, test } from 'vitest'
import { parseProvenance } from './parse-provenance.ts'
import { failureOf } from './testing/failure-of.ts'

const good = {
  source: 'source.yaml',
  origin: 'A page',
  revision: '1',
  date: '2026-01-31',
  sha256: 'a'.repeat(64),
  confidence: { documented: 1 },
}

test('a complete source.json is read as it is', () => {
  expect(parseProvenance(JSON.stringify(good))).toStrictEqual(good)
})

test.each([
  ['text that is not JSON', '{', 'is not JSON'],
  ['an array', '[]', 'not an object'],
  ['an unknown member', { ...good, licence: 'x' }, '"licence"'],
  ['a missing origin', { ...good, origin: undefined }, '"origin"'],
  ['an empty revision', { ...good, revision: ' ' }, '"revision"'],
  ['a source in another folder', { ...good, source: '../other/source.yaml' }, '"source"'],
  ['a date with a time', { ...good, date: '2026-01-31T00:00:00Z' }, '"date"'],
  ['a hash in capitals', { ...good, sha256: 'A'.repeat(64) }, '"sha256"'],
  ['counts that are a list', { ...good, confidence: [1] }, '"confidence"'],
  ['a count that is a text', { ...good, confidence: { seen: '1' } }, '"confidence.seen"'],
])('%s is refused by name', async (_name, value, words) => {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const failure = await failureOf(() => parseProvenance(text))
  expect(failure.code).toBe('provenance_invalid')
  expect(failure.message).toContain(words)
})
