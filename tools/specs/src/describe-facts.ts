import { confidenceOf, type Confidence } from './confidence.ts'
import { isJsonObject, type Json, type JsonObject } from './json.ts'
import { isRole, roles } from './roles.ts'
import { isNameMap } from './walk.ts'

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
  const copy = describe(document, false)
  return isJsonObject(copy) ? copy : {}
}

function describe(value: Json, isMap: boolean): Json {
  if (Array.isArray(value)) return value.map((item) => describe(item, false))
  if (!isJsonObject(value)) return value
  const copy: JsonObject = {}
  for (const [key, member] of Object.entries(value)) {
    if (key !== 'example' || isMap) copy[key] = describe(member, isNameMap(key, isMap))
    else if (value['in'] !== undefined) copy[key] = member
  }
  if (isMap) return copy
  const facts = [
    typeof value['description'] === 'string' ? value['description'] : undefined,
    sentences[confidenceOf(value)],
    access(value),
  ].filter((fact) => fact !== undefined)
  if (facts.length > 0) copy['description'] = facts.join(' ')
  return copy
}

function access(value: JsonObject): string | undefined {
  const alternatives = value['security']
  if (value['operationId'] === undefined || !Array.isArray(alternatives)) return undefined
  const texts = alternatives.map((alternative) => {
    const lists = isJsonObject(alternative) ? Object.values(alternative) : []
    return lists.map((scopes) => (Array.isArray(scopes) ? scopes.join(' ') : '')).join(' ')
  })
  // An API without scopes has nothing to say here.
  if (texts.every((text) => text.trim() === '')) return undefined
  const sure = value['x-scopes-confidence'] === undefined ? '' : ' (inferred)'
  return `Scope: ${texts.join(' or ')}${sure}.${roleOf(value)}`
}

function roleOf(value: JsonObject): string {
  const role = value['x-role']
  if (!isRole(role)) return ''
  return ` ${roles[role]}${value['x-role-confidence'] === undefined ? '' : ' (Inferred.)'}`
}
