import { expect, test } from 'vitest'
import { countConfidence, verifyConfidence } from './confidence.ts'
import { failureOf } from './testing/failure-of.ts'
import { smallDocument } from './testing/small-document.ts'

test('operations are counted by mark, surest first; without a mark they are documented', () => {
  expect(Object.entries(countConfidence(smallDocument()))).toStrictEqual([
    ['documented', 1],
    ['notes', 1],
  ])
})

test('source.json may not claim another certainty', async () => {
  const document = smallDocument()
  expect(() => verifyConfidence(document, { confidence: { notes: 1, documented: 1 } })).not.toThrow()
  for (const confidence of [{ documented: 2 }, { documented: 1, notes: 1, seen: 0 }, {}]) {
    const failure = await failureOf(() => verifyConfidence(document, { confidence }))
    expect(failure.code).toBe('confidence_mismatch')
    expect(failure.message).toContain('{"documented":1,"notes":1}')
  }
})
