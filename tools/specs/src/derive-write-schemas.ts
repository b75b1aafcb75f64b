import { arrayAt, isJsonObject, objectAt, stringOf, type Json, type JsonObject } from './json.ts'
import { listOperations } from './list-operations.ts'
import { nodeAt } from './resolve-reference.ts'
import { walk } from './walk.ts'

type Variant = 'Write' | 'Patch'

const prefix = '#/components/schemas/'

/**
 * Gives every body the shape of what may be sent: `EventWrite` is an `Event` without its read-only members and with what
 * `x-write` demands beside it (required members, limits), which says nothing about what is read. `EventPatch`, for bodies
 * marked `x-merge-patch` (RFC 7396), takes null for every member too. Schemas that are the same for reading and writing
 * stay as they are, and so does a document without such marks.
 */
export function deriveWriteSchemas(source: JsonObject): JsonObject {
  const document = structuredClone(source)
  const derived: Record<string, JsonObject> = {}
  const referTo = (reference: string, variant: Variant): string => {
    const schema = nodeAt(source, reference)
    if (!reference.startsWith(prefix) || !isJsonObject(schema) || !differs(source, schema, variant)) return reference
    const name = `${reference.slice(prefix.length)}${variant}`
    if (!(name in derived)) {
      // Entered first, so that a schema that refers to itself ends.
      derived[name] = {}
      derived[name] = derive(schema, variant, referTo)
    }
    return `${prefix}${name}`
  }
  for (const { value } of listOperations(document)) {
    const body = objectAt(value, 'requestBody')
    const variant: Variant = body['x-merge-patch'] === true ? 'Patch' : 'Write'
    delete body['x-merge-patch']
    for (const media of Object.values(objectAt(body, 'content')).filter(isJsonObject)) {
      if (isJsonObject(media['schema'])) media['schema'] = derive(media['schema'], variant, referTo)
    }
  }
  Object.assign(objectAt(document, 'components', 'schemas'), derived)
  walk(document, (node) => delete node['x-write'])
  return document
}

type ReferTo = (reference: string, variant: Variant) => string

function derive(schema: JsonObject, variant: Variant, referTo: ReferTo): JsonObject {
  const copy: JsonObject = { ...schema }
  const change = (word: string, how: (value: JsonObject) => Json): void => {
    const value = copy[word]
    if (isJsonObject(value)) copy[word] = how(value)
  }
  const reference = stringOf(schema['$ref'])
  if (reference !== undefined) copy['$ref'] = referTo(reference, variant)
  // An array is replaced as a whole: what is in it is written, not merged.
  change('items', (items) => derive(items, 'Write', referTo))
  change('additionalProperties', (value) => memberOf(derive(value, variant, referTo), variant))
  change('properties', (members) => membersOf(members, variant, referTo))
  for (const word of ['allOf', 'anyOf', 'oneOf']) {
    const parts = arrayAt(schema, word).map((part) => derive(objectAt(part), variant, referTo))
    if (parts.length > 0) copy[word] = parts
  }
  const required = arrayAt(schema, 'required').filter(
    (name) => !isReadOnly(objectAt(schema, 'properties', String(name))),
  )
  if (variant === 'Patch' || required.length === 0) delete copy['required']
  else copy['required'] = required
  // A patch may leave out anything.
  return variant === 'Patch' ? copy : { ...copy, ...objectAt(schema, 'x-write') }
}

function membersOf(members: JsonObject, variant: Variant, referTo: ReferTo): JsonObject {
  const written = Object.entries(members).filter(([, member]) => !isReadOnly(objectAt(member)))
  return Object.fromEntries(
    written.map(([name, member]) => [name, memberOf(derive(objectAt(member), variant, referTo), variant)]),
  )
}

/** In a patch, null takes a member away, and a default would say that leaving it out does something. */
function memberOf(schema: JsonObject, variant: Variant): JsonObject {
  if (variant === 'Write') return schema
  const { description, deprecated, 'x-confidence': confidence, default: _leftOut, ...shape } = schema
  const notes = Object.entries({ description, deprecated, 'x-confidence': confidence })
  return {
    ...Object.fromEntries(notes.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]))),
    anyOf: [shape, { type: 'null' }],
  }
}

function isReadOnly(member: JsonObject): boolean {
  return member['readOnly'] === true
}

/** Whether a schema is written otherwise than it is read: itself, or something that it refers to. */
function differs(document: JsonObject, schema: JsonObject, variant: Variant): boolean {
  if (variant === 'Patch') return 'properties' in schema || 'allOf' in schema
  const seen = new Set<Json>()
  const reaches = (value: Json): boolean => {
    if (seen.has(value)) return false
    seen.add(value)
    let found = false
    walk(value, (node) => {
      const target = stringOf(node['$ref'])
      found ||=
        isReadOnly(node) || 'x-write' in node || (target !== undefined && reaches(nodeAt(document, target) ?? null))
    })
    return found
  }
  return reaches(schema)
}
