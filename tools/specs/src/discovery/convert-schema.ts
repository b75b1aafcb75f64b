import { arrayAt, isJsonObject, objectAt, stringOf, type Json, type JsonObject } from '../json.ts'

/** Members that mean the same in both formats. */
const sameMembers = ['description', 'pattern', 'readOnly', 'deprecated']

/**
 * Google's formats in the words of the OpenAPI format registry. An `int64` stays a string with its format, as it
 * travels; what the registry does not know is said by a pattern.
 */
const formats: Readonly<Record<string, JsonObject>> = {
  'google-datetime': { format: 'date-time' },
  // "3.5s", which is no ISO 8601 duration.
  'google-duration': { pattern: String.raw`^-?\d+(\.\d+)?s$` },
  'google-fieldmask': {},
  byte: { contentEncoding: 'base64url' },
  uint32: { format: 'uint32', minimum: 0 },
}

/**
 * Converts a Discovery schema to the JSON Schema of OpenAPI 3.1. Known values become an open list, because Google adds
 * to them without a new version; `convertParameter` closes it again for what a caller sends.
 */
export function convertSchema(schema: JsonObject): JsonObject {
  return { ...shapeOf(schema), ...constraintsOf(schema), ...pick(schema, sameMembers) }
}

function shapeOf(schema: JsonObject): JsonObject {
  const reference = stringOf(schema['$ref'])
  if (reference !== undefined) return { $ref: `#/components/schemas/${reference}` }
  const type = stringOf(schema['type'])
  if (type === 'array') return { type, items: convertSchema(objectAt(schema, 'items')) }
  if (type === 'object') return objectShape(schema)
  return type === undefined || type === 'any' ? {} : { type }
}

function objectShape(schema: JsonObject): JsonObject {
  const members = Object.entries(objectAt(schema, 'properties'))
  const values = schema['additionalProperties']
  const required = members.filter(([, member]) => objectAt(member)['required'] === true).map(([name]) => name)
  const properties = Object.fromEntries(members.map(([name, member]) => [name, convertSchema(objectAt(member))]))
  return {
    type: 'object',
    ...(members.length === 0 ? {} : { properties }),
    ...(required.length === 0 ? {} : { required }),
    ...(isJsonObject(values) ? { additionalProperties: convertSchema(values) } : {}),
    ...(members.length === 0 && !isJsonObject(values) ? { additionalProperties: true } : {}),
  }
}

function constraintsOf(schema: JsonObject): JsonObject {
  const { format, enum: known, enumDescriptions, default: preset, minimum, maximum, type } = schema
  const name = stringOf(format)
  return {
    ...(name === undefined ? {} : (formats[name] ?? { format: name })),
    ...(known === undefined ? {} : { 'x-extensible-enum': known }),
    ...(hasText(enumDescriptions) ? { 'x-enum-descriptions': arrayAt(enumDescriptions) } : {}),
    ...(preset === undefined ? {} : { default: toValue(preset, type) }),
    // 64-bit numbers travel as text, which has no bounds.
    ...(minimum === undefined || type === 'string' ? {} : { minimum: Number(minimum) }),
    ...(maximum === undefined || type === 'string' ? {} : { maximum: Number(maximum) }),
  }
}

/** Discovery writes every default as a string. */
function toValue(preset: Json, type: Json | undefined): Json {
  if (type === 'boolean') return String(preset) === 'true'
  return type === 'integer' || type === 'number' ? Number(preset) : preset
}

function hasText(values: Json | undefined): boolean {
  return Array.isArray(values) && values.some((value) => value !== '')
}

function pick(value: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([name]) => names.includes(name)))
}
