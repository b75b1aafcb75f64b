import { isJsonObject, objectAt, stringOf, type Json, type JsonObject } from '../json.ts'
import { listOperations, parametersIn, type ListedOperation } from '../list-operations.ts'
import { nodeAt, resolveReference } from '../resolve-reference.ts'
import type { Problem } from './problem.ts'

/** Statuses that may come without a body; `2XX` stands where nobody knows which one comes. */
const bodiless = new Set(['202', '204', '2XX'])

/** Every operation has a success answer with an example and the errors a caller has to expect. */
export function checkAnswers(document: JsonObject): Problem[] {
  return listOperations(document).flatMap((operation) =>
    [...success(operation), ...body(operation), ...errors(document, operation), ...paging(document, operation)].map(
      (message) => ({ where: operation.name, message }),
    ),
  )
}

function success(operation: ListedOperation): string[] {
  const statuses = Object.keys(operation.responses).filter((status) => status.startsWith('2'))
  if (statuses.length === 0) return ['has no success answer']
  return statuses.flatMap((status) => {
    const content = operation.responses[status]?.['content']
    if (content === undefined) return mayLackBody(operation, status) ? [] : [`its answer ${status} has no content`]
    return withoutExample(content).map((type) => `its answer ${status} has no example for ${type}`)
  })
}

function mayLackBody({ method }: ListedOperation, status: string): boolean {
  return method === 'delete' || bodiless.has(status)
}

function body(operation: ListedOperation): string[] {
  const content = objectAt(operation.value, 'requestBody')['content']
  return withoutExample(content).map((type) => `its request body has no example for ${type}`)
}

function withoutExample(content: Json | undefined): string[] {
  if (!isJsonObject(content)) return []
  return Object.keys(content).filter((type) => objectAt(content, type)['example'] === undefined)
}

/**
 * 401, 403, 429 and 500 always; 404 where the path names a thing (or the status that `x-not-found` says); 400 where there is
 * something to get wrong.
 */
function errors(document: JsonObject, operation: ListedOperation): string[] {
  const wanted = ['401', '403', '429', '500']
  if (parametersIn(operation, 'path').length > 0) wanted.push(stringOf(operation.value['x-not-found']) ?? '404')
  if (operation.value['requestBody'] !== undefined || parametersIn(operation, 'query').length > 0) wanted.push('400')
  const missing = wanted.filter((status) => operation.responses[status] === undefined)
  const shapeless = Object.entries(operation.responses)
    .filter(([status]) => /^[45]/.test(status))
    .filter(([, response]) => !leadsToError(document, objectAt(response, 'content', 'application/json')['schema']))
  return [
    ...missing.map((status) => `does not document ${status}`),
    ...shapeless.map(([status]) => `its answer ${status} is not built on the Error schema`),
  ]
}

function leadsToError(document: JsonObject, schema: Json | undefined): boolean {
  const error = nodeAt(document, '#/components/schemas/Error')
  if (!isJsonObject(schema) || error === undefined) return false
  if (schema['$ref'] === '#/components/schemas/Error') return true
  const parts = schema['allOf']
  return Array.isArray(parts) && parts.some((part) => leadsToError(document, part))
}

interface PagingStyle {
  /** Query parameters; the first one chooses the page. */
  readonly query: readonly [string, ...string[]]
  /** Members of the answer. */
  readonly answer: readonly string[]
}

/** How each mark of `x-paging` shows. */
const pagingStyles: Readonly<Record<string, PagingStyle>> = {
  marker: { query: ['pageMarker'], answer: ['items', 'nextPageMarker'] },
  token: { query: ['pageToken', 'maxResults'], answer: ['items', 'nextPageToken'] },
  offset: { query: ['offset', 'pageSize'], answer: ['results', 'toIndex', 'total'] },
  index: { query: ['startIndex', 'count'], answer: ['resources', 'totalResults'] },
  pages: { query: ['pagination'], answer: ['data', 'meta'] },
}

/** `x-paging` stands exactly where a list takes what chooses a page, and the answer is of its style. */
function paging(document: JsonObject, operation: ListedOperation): string[] {
  const mark = operation.value['x-paging']
  const names = parametersIn(operation, 'query').map((parameter) => parameter['name'])
  const schema = objectAt(operation.responses['200'], 'content', 'application/json')['schema']
  const members = objectAt(resolveReference(document, schema), 'properties')
  if (mark === undefined) {
    return Object.values(pagingStyles)
      .filter(({ query, answer }) => names.includes(query[0]) && answer.some((name) => name in members))
      .map(({ query }) => `takes ${query[0]} but has no x-paging`)
  }
  const style = pagingStyles[String(mark)]
  if (style === undefined) return [`x-paging may only be ${Object.keys(pagingStyles).join(', ')}`]
  return [
    ...style.query.filter((name) => !names.includes(name)).map((name) => `pages, yet takes no ${name}`),
    ...style.answer.filter((name) => members[name] === undefined).map((name) => `pages, yet answers no ${name}`),
  ]
}
