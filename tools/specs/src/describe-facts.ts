import { confidenceOf, type Confidence } from './confidence.ts'
import { isJsonObject, type Json, type JsonObject } from './json.ts'

const sentences: Readonly<Record<Confidence, string | undefined>> = {
  documented: undefined,
  seen: 'Not documented by the vendor: seen in working clients.',
  notes: 'Not documented by the vendor: known from third-party notes only.',
  inferred: 'Not documented by the vendor: inferred.',
  unknown: 'Uncertain: nothing confirms it.',
}

/**
 * Copies a document for people who see only its types: confidence, scopes and role go into the descriptions, which
 * editors show; examples of whole bodies stay behind.
 */
export function describeFacts(document: JsonObject): JsonObject {
  const copy = describe(document)
  return isJsonObject(copy) ? copy : {}
}

function describe(value: Json): Json {
  if (Array.isArray(value)) return value.map(describe)
  if (!isJsonObject(value)) return value
  const copy: JsonObject = {}
  for (const [key, member] of Object.entries(value)) {
    if (key !== 'example') copy[key] = describe(member)
    else if (value['in'] !== undefined) copy[key] = member
  }
  const facts = [
    typeof value['description'] === 'string' ? value['description'] : undefined,
    sentences[confidenceOf(value)],
    access(value),
  ].filter((fact) => fact !== undefined)
  if (facts.length > 0 && isDescribable(value)) copy['description'] = facts.join(' ')
  return copy
}

function isDescribable(value: JsonObject): boolean {
  return value['description'] === undefined || typeof value['description'] === 'string'
}

function access(value: JsonObject): string | undefined {
  const alternatives = value['security']
  if (value['operationId'] === undefined || !Array.isArray(alternatives)) return undefined
  const texts = alternatives.map((alternative) => {
    const lists = isJsonObject(alternative) ? Object.values(alternative) : []
    return lists.map((scopes) => (Array.isArray(scopes) ? scopes.join(' ') : '')).join(' ')
  })
  const sure = value['x-scopes-confidence'] === undefined ? '' : ' (inferred)'
  const role = value['x-role'] === 'admin' ? ' Only for admins.' : ''
  return `Scope: ${texts.join(' or ')}${sure}.${role}`
}
