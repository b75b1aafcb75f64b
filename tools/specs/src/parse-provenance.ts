import { isJsonObject, type Json } from './json.ts'
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

const textMembers = ['source', 'origin', 'revision', 'date', 'sha256'] as const

/** Reads source.json and refuses it when a member is missing, unknown or of the wrong form. */
export function parseProvenance(text: string): Provenance {
  const value = parseJson(text)
  if (!isJsonObject(value)) throw invalid('it is not an object')
  const { confidence, ...rest } = value
  const unknown = Object.keys(rest).find((key) => !textMembers.some((name) => name === key))
  if (unknown !== undefined) throw invalid(`"${unknown}" is not a member it may have`)
  const [source, origin, revision, date, hash] = textMembers.map((name) => textMember(rest[name], name))
  if (source === undefined || origin === undefined || revision === undefined || date === undefined) throw invalid('?')
  if (hash === undefined || !/^[0-9a-f]{64}$/.test(hash)) throw invalid('"sha256" is not 64 hexadecimal digits')
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) throw invalid('"date" is not of the form 2026-01-31')
  return { source, origin, revision, date, sha256: hash, confidence: countsOf(confidence) }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new SpecsError('provenance_invalid', `source.json is not JSON: ${String(error)}`, { cause: error })
  }
}

function textMember(value: Json | undefined, name: string): string {
  if (typeof value !== 'string' || value === '') throw invalid(`"${name}" must be a text`)
  return value
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
