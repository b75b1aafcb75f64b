import { isJsonObject, type Json, type JsonObject } from './json.ts'
import { SpecsError } from './specs-error.ts'

/** Where a source comes from: the members of source.json. */
export interface Provenance {
  /** File name of the source, in the folder of source.json. */
  readonly source: string
  /** The place the facts or the bytes were taken from. */
  readonly origin: string
  /** Version of the origin: a commit, a revision, a version string. */
  readonly revision: string
  /** Day the source was written or fetched. */
  readonly date: string
  /** SHA-256 of the source, hexadecimal. */
  readonly sha256: string
  /** How many operations of the resolved document have which confidence. */
  readonly confidence: Readonly<Record<string, number>>
}

const members = ['source', 'origin', 'revision', 'date', 'sha256', 'confidence']

/** Reads source.json and refuses it when a member is missing, unknown or of the wrong form. */
export function parseProvenance(text: string): Provenance {
  const value = parseJson(text)
  if (!isJsonObject(value)) throw invalid('it is not an object')
  const unknown = Object.keys(value).find((key) => !members.includes(key))
  if (unknown !== undefined) throw invalid(`it has an unknown member "${unknown}"`)
  return {
    source: textAt(value, 'source', /^source\.[a-z.]+$/, 'the name of a file such as source.yaml'),
    origin: textAt(value, 'origin', /\S/, 'a text'),
    revision: textAt(value, 'revision', /\S/, 'a text'),
    date: textAt(value, 'date', /^\d{4}-\d{2}-\d{2}$/, 'a day such as 2026-01-31'),
    sha256: textAt(value, 'sha256', /^[0-9a-f]{64}$/, '64 hexadecimal digits'),
    confidence: countsOf(value['confidence']),
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new SpecsError('provenance_invalid', `source.json is not JSON: ${String(error)}`, { cause: error })
  }
}

function textAt(value: JsonObject, name: string, form: RegExp, wanted: string): string {
  const found = value[name]
  if (typeof found !== 'string' || !form.test(found)) throw invalid(`"${name}" must be ${wanted}`)
  return found
}

function countsOf(value: Json | undefined): Record<string, number> {
  if (!isJsonObject(value)) throw invalid('"confidence" must be an object of counts')
  const counts: Record<string, number> = {}
  for (const [mark, count] of Object.entries(value)) {
    if (typeof count !== 'number') throw invalid(`"confidence.${mark}" must be a number`)
    counts[mark] = count
  }
  return counts
}

function invalid(reason: string): SpecsError {
  return new SpecsError('provenance_invalid', `source.json cannot be used: ${reason}.`)
}
