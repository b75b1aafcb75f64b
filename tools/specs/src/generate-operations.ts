import { confidenceOf } from './confidence.ts'
import { generatedHeader } from './generated-header.ts'
import { isJsonObject, objectAt, type JsonObject } from './json.ts'
import { listInt64 } from './list-int64.ts'
import { listOperations, parametersIn, type ListedOperation } from './list-operations.ts'

/** Methods whose repetition changes nothing more (RFC 9110, 9.2.2). */
const idempotentMethods = new Set(['get', 'head', 'options', 'put', 'delete'])

/** Generates the tables of an API's operations, sorted by operation id. */
export function generateOperations(document: JsonObject, o: { api: string; specSha256: string }): string {
  const sorted = listOperations(document).toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const table = (entryOf: (operation: ListedOperation) => Record<string, unknown>): string =>
    sorted.map((operation) => `  ${operation.id}: ${literal(entryOf(operation))},\n`).join('')
  return (
    generatedHeader({ tool: 'tools/specs', ...o }) +
    '/** What a client needs to know of each operation beyond its types. */\n' +
    `export const operations = {\n${table(callFacts)}} as const\n\n` +
    '/** What else is known of each. A table of its own: programs that do not ask for it do not carry it. */\n' +
    `export const operationFacts = {\n${table(otherFacts)}} as const\n` +
    int64Names(document)
  )
}

/** Nothing for an API without such numbers: an export that nobody could use. */
function int64Names(document: JsonObject): string {
  const { answers, bodies } = listInt64(document)
  if (answers.length === 0 && bodies.length === 0) return ''
  return (
    '\n/** Members that hold 64-bit integers: text for the caller, numbers on the wire. */\n' +
    `export const int64 = ${literal({ answers, bodies })} as const\n`
  )
}

function callFacts(operation: ListedOperation): Record<string, unknown> {
  const { value } = operation
  const query = parametersIn(operation, 'query').map((parameter) => String(parameter['name']))
  const required = parametersIn(operation, 'query')
    .filter((parameter) => parameter['required'] === true)
    .map((parameter) => String(parameter['name']))
  const body = objectAt(value, 'requestBody')
  return {
    method: operation.method.toUpperCase(),
    path: operation.path,
    ...(isAnonymous(value) ? { anonymous: true } : {}),
    idempotent: idempotentMethods.has(operation.method) || value['x-idempotent'] === true,
    ...(query.length === 0 ? {} : { query }),
    ...(required.length === 0 ? {} : { required }),
    ...(body['required'] === true ? { body: 'required' } : {}),
  }
}

function otherFacts({ value, responses }: ListedOperation): Record<string, unknown> {
  return {
    scopes: scopesOf(value),
    ...(value['x-role'] === undefined ? {} : { role: value['x-role'] }),
    ...(value['x-paging'] === undefined ? {} : { paging: value['x-paging'] }),
    success: Object.keys(responses)
      .filter((status) => status.startsWith('2'))
      .map((status) => (status === '2XX' ? status : Number(status))),
    confidence: confidenceOf(value),
  }
}

/** `security: []` says that an operation asks for nothing. */
function isAnonymous({ security }: JsonObject): boolean {
  return Array.isArray(security) && security.length === 0
}

/** Alternatives, each a list of scopes that are needed together. None where the API has no scopes. */
function scopesOf(value: JsonObject): string[][] {
  const alternatives = Array.isArray(value['security']) ? value['security'] : []
  const lists = alternatives.map((alternative) =>
    Object.values(isJsonObject(alternative) ? alternative : {}).flatMap((scopes) =>
      Array.isArray(scopes) ? scopes.map(String) : [],
    ),
  )
  return lists.filter((scopes) => scopes.length > 0)
}

function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(([key, member]) => `${key}: ${literal(member)}`)
    return `{ ${members.join(', ')} }`
  }
  return typeof value === 'string' ? `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'` : String(value)
}
