import type { JsonObject } from './json.ts'
import { listOperations } from './list-operations.ts'
import type { Provenance } from './parse-provenance.ts'
import { SpecsError } from './specs-error.ts'

/** How sure a fact is, surest first; a fact without a mark is documented. */
export const confidenceMarks = ['documented', 'seen', 'notes', 'inferred', 'unknown'] as const
export type Confidence = (typeof confidenceMarks)[number]

export function isConfidence(value: unknown): value is Confidence {
  return confidenceMarks.some((mark) => mark === value)
}

/** The mark of a node; without one it is documented. */
export function confidenceOf(node: JsonObject): Confidence {
  const mark = node['x-confidence']
  return isConfidence(mark) ? mark : 'documented'
}

/** Counts the operations of a document by mark. */
export function countConfidence(document: JsonObject): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { value } of listOperations(document)) {
    const mark = confidenceOf(value)
    counts[mark] = (counts[mark] ?? 0) + 1
  }
  return Object.fromEntries(
    confidenceMarks.flatMap((mark) => (counts[mark] === undefined ? [] : [[mark, counts[mark]]])),
  )
}

/** Refuses a source.json that claims another certainty than the document has. */
export function verifyConfidence(document: JsonObject, provenance: Pick<Provenance, 'confidence'>): void {
  const actual = countConfidence(document)
  const marks = new Set([...Object.keys(actual), ...Object.keys(provenance.confidence)])
  if ([...marks].every((mark) => actual[mark] === provenance.confidence[mark])) return
  throw new SpecsError(
    'confidence_mismatch',
    `source.json counts the operations by confidence otherwise than the document has them.\n` +
      `  recorded ${JSON.stringify(provenance.confidence)}\n` +
      `  actual   ${JSON.stringify(actual)}`,
  )
}
