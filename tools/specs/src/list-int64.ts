import { arrayAt, isJsonObject, objectAt, type Json, type JsonObject } from './json.ts'
import { listOperations, type ListedOperation } from './list-operations.ts'
import { resolveReference } from './resolve-reference.ts'

/** Names of the members that hold 64-bit integers, which a JavaScript number cannot hold. */
export interface Int64Members {
  /** Members of answers that come as numbers, or as either. */
  readonly answers: readonly string[]
  /** Members of request bodies that go out as numbers. */
  readonly bodies: readonly string[]
}

/** One member of a body, with its schema. */
export interface Member {
  /** Absent for a whole body and for the values of an open object. */
  readonly name: string | undefined
  readonly schema: JsonObject
}

export function listInt64(document: JsonObject): Int64Members {
  const operations = listOperations(document)
  const answers = operations.flatMap((operation) => answerMembers(document, operation))
  const bodies = operations.flatMap((operation) => bodyMembers(document, operation))
  return { answers: namesOf(answers.filter(isInt64)), bodies: namesOf(bodies.filter(isInt64Number)) }
}

export function isInt64({ schema }: Member): boolean {
  return schema['format'] === 'int64'
}

/** On the wire a number and nothing else. */
export function isInt64Number(member: Member): boolean {
  return isInt64(member) && member.schema['type'] === 'integer'
}

function namesOf(members: readonly Member[]): string[] {
  return [...new Set(members.flatMap(({ name }) => name ?? []))].toSorted()
}

/** Every member of the success answers of an operation, however deep. */
export function answerMembers(document: JsonObject, operation: ListedOperation): Member[] {
  return Object.entries(operation.responses)
    .filter(([status]) => status.startsWith('2'))
    .flatMap(([, response]) => contentMembers(document, objectAt(response, 'content')))
}

/** Every member of the request body of an operation, however deep. */
export function bodyMembers(document: JsonObject, operation: ListedOperation): Member[] {
  const body = resolveReference(document, operation.value['requestBody'])
  return contentMembers(document, objectAt(body, 'content'))
}

function contentMembers(document: JsonObject, content: JsonObject): Member[] {
  return Object.keys(content).flatMap((type) => schemaMembers(document, objectAt(content, type)['schema']))
}

function schemaMembers(document: JsonObject, value: Json | undefined): Member[] {
  const members: Member[] = []
  const seen = new Set<string>()
  collect(value, undefined)
  return members

  function collect(node: Json | undefined, name: string | undefined): void {
    if (!isJsonObject(node)) return
    const visit = `${name ?? ''} ${String(node['$ref'])}`
    if (node['$ref'] !== undefined && seen.has(visit)) return
    seen.add(visit)
    const schema = resolveReference(document, node)
    if (!isJsonObject(schema)) return
    members.push({ name, schema })
    for (const [key, member] of Object.entries(objectAt(schema, 'properties'))) collect(member, key)
    // The items of a list and the parts of a union stand under the name of the whole.
    collect(schema['items'], name)
    collect(schema['additionalProperties'], undefined)
    for (const key of ['allOf', 'anyOf', 'oneOf']) for (const part of arrayAt(schema, key)) collect(part, name)
  }
}
