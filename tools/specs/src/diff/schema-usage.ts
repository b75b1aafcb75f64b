import { arrayAt, isJsonObject, objectAt, stringOf, type Json, type JsonObject } from '../json.ts'
import { listOperations } from '../list-operations.ts'
import { nodeAt } from '../resolve-reference.ts'
import { walk } from '../walk.ts'

/** Which way a value goes: a change that widens is harmless for what is sent and breaks code that reads, and back. */
export type Direction = 'sent' | 'received'

export type Usage = ReadonlyMap<string, ReadonlySet<Direction>>

/** Tells for each named schema whether calls send it, receive it, or both. */
export function schemaUsage(...documents: readonly JsonObject[]): Usage {
  const usage = new Map<string, Set<Direction>>()
  for (const document of documents) {
    for (const { value, parameters, responses } of listOperations(document)) {
      for (const sent of [...parameters, objectAt(value, 'requestBody')]) mark(document, sent, 'sent', usage)
      for (const received of Object.values(responses)) mark(document, received, 'received', usage)
    }
  }
  return usage
}

const prefix = '#/components/schemas/'

function mark(document: JsonObject, from: Json, direction: Direction, usage: Map<string, Set<Direction>>): void {
  walk(from, (node) => {
    const reference = stringOf(node['$ref'])
    if (reference === undefined) return
    const name = reference.startsWith(prefix) ? reference.slice(prefix.length) : reference
    const directions = usage.get(name) ?? new Set()
    if (directions.has(direction)) return
    usage.set(name, directions.add(direction))
    mark(document, nodeAt(document, reference) ?? null, direction, usage)
  })
}

/** The names of all schemas of a document, with them. */
export function namedSchemas(document: JsonObject): ReadonlyMap<string, JsonObject> {
  const schemas = Object.entries(objectAt(document, 'components', 'schemas'))
  return new Map(schemas.flatMap(([name, schema]) => (isJsonObject(schema) ? [[name, schema] as const] : [])))
}

export function textsAt(schema: JsonObject, ...keys: string[]): string[] {
  return arrayAt(schema, ...keys).map(String)
}
