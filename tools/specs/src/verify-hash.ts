import type { Provenance } from './parse-provenance.ts'
import { sha256 } from './sha256.ts'
import { SpecsError } from './specs-error.ts'

/** Refuses a source whose bytes are not the ones recorded: an edit must be meant, and is recorded with the edit. */
export function verifyHash(source: string, provenance: Pick<Provenance, 'source' | 'sha256'>): void {
  const actual = sha256(source)
  if (actual === provenance.sha256) return
  throw new SpecsError(
    'hash_mismatch',
    `${provenance.source} is not the one that source.json records.\n` +
      `  recorded ${provenance.sha256}\n` +
      `  actual   ${actual}\n` +
      `If the change is meant, write the actual value (and the new origin, revision, date) into source.json.`,
  )
}
