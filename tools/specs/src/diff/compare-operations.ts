import { isJsonObject, objectAt, type Json, type JsonObject } from '../json.ts'
import type { ListedOperation } from '../list-operations.ts'
import { resolveReference } from '../resolve-reference.ts'
import type { Bump, Change } from './change.ts'
import { compareSchemas, type Place } from './compare-schemas.ts'
import type { Direction } from './schema-usage.ts'

export interface OperationPair {
  readonly before: ListedOperation
  readonly after: ListedOperation
  readonly documents: Place['documents']
}

/** Compares what two versions of an operation take, answer and allow. */
export function compareOperations(pair: OperationPair): Change[] {
  return [nameOf, parametersOf, bodyOf, answersOf, scopesOf, marksOf].flatMap((rule) => rule(pair))
}

function changed(where: string, bump: Bump, what: string): Change {
  return { kind: 'changed', bump, where, what }
}

/** How clients call an operation. */
export function placeOf({ method, path }: ListedOperation): string {
  return `${method.toUpperCase()} ${path}`
}

function nameOf({ before, after }: OperationPair): Change[] {
  return [
    ...(before.id === after.id ? [] : [changed(after.name, 'major', `its id, was ${before.name}`)]),
    ...(placeOf(before) === placeOf(after)
      ? []
      : [changed(after.name, 'major', `is ${placeOf(after)}, was ${placeOf(before)}`)]),
  ]
}

function parametersOf(pair: OperationPair): Change[] {
  const [before, after] = [pair.before, pair.after].map(
    ({ parameters }) => new Map(parameters.map((one) => [`${String(one['in'])} ${String(one['name'])}`, one])),
  )
  return [...new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])])].flatMap((name): Change[] => {
    const where = `${pair.after.name} ${name}`
    const [was, is] = [before?.get(name), after?.get(name)]
    if (is === undefined) return [{ kind: 'removed', bump: 'major', where, what: 'parameter' }]
    const required = is['required'] === true
    if (was === undefined) {
      return [
        {
          kind: 'added',
          bump: required ? 'major' : 'minor',
          where,
          what: required ? 'required parameter' : 'parameter',
        },
      ]
    }
    const wasRequired = was['required'] === true
    const need = required ? changed(where, 'major', 'is required') : changed(where, 'minor', 'is no longer required')
    return [
      ...(required === wasRequired ? [] : [need]),
      ...compare(pair, objectAt(was, 'schema'), objectAt(is, 'schema'), where, 'sent'),
      ...describe(where, was, is, ['description', 'deprecated', 'style', 'explode', 'x-confidence']),
    ]
  })
}

function bodyOf(pair: OperationPair): Change[] {
  const where = `${pair.after.name} body`
  const [was, is] = [pair.before, pair.after].map(({ value }) => value['requestBody'])
  if (was === undefined && is === undefined) return []
  const required = objectAt(is)['required'] === true
  if (was === undefined)
    return [{ kind: 'added', bump: required ? 'major' : 'minor', where, what: required ? 'required body' : 'body' }]
  if (is === undefined) return [{ kind: 'removed', bump: 'major', where, what: 'body' }]
  const before = objectAt(resolveReference(pair.documents.before, was))
  const after = objectAt(resolveReference(pair.documents.after, is))
  const wasRequired = before['required'] === true
  const isRequired = after['required'] === true
  return [
    ...(wasRequired === isRequired
      ? []
      : [changed(where, isRequired ? 'major' : 'minor', isRequired ? 'is required' : 'is no longer required')]),
    ...compareContent(pair, before, after, where, 'sent'),
  ]
}

function answersOf(pair: OperationPair): Change[] {
  const statuses = new Set([...Object.keys(pair.before.responses), ...Object.keys(pair.after.responses)])
  return [...statuses].flatMap((status): Change[] => {
    const where = `${pair.after.name} ${status}`
    const [was, is] = [pair.before.responses[status], pair.after.responses[status]]
    // One more kind of success is one more type that data may have.
    if (was === undefined)
      return [{ kind: 'added', bump: status.startsWith('2') ? 'major' : 'minor', where, what: 'answer' }]
    if (is === undefined) return [{ kind: 'removed', bump: 'minor', where, what: 'answer' }]
    return [
      ...compareContent(pair, was, is, where, 'received'),
      ...describe(where, was, is, ['description', 'x-confidence']),
    ]
  })
}

function compareContent(
  pair: OperationPair,
  before: JsonObject,
  after: JsonObject,
  where: string,
  direction: Direction,
): Change[] {
  const [was, is] = [objectAt(before, 'content'), objectAt(after, 'content')]
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].flatMap((type): Change[] => {
    const place = type === 'application/json' ? where : `${where} ${type}`
    if (!isJsonObject(was[type])) return [{ kind: 'added', bump: 'major', where: place, what: 'content' }]
    if (!isJsonObject(is[type])) return [{ kind: 'removed', bump: 'major', where: place, what: 'content' }]
    return compare(pair, objectAt(was, type, 'schema'), objectAt(is, type, 'schema'), place, direction)
  })
}

function compare(
  pair: OperationPair,
  before: JsonObject,
  after: JsonObject,
  where: string,
  direction: Direction,
): Change[] {
  return compareSchemas({
    before,
    after,
    where,
    directions: new Set([direction]),
    documents: pair.documents,
    seen: new Set(),
  })
}

/** Alternatives: one less is one grant less that suffices. */
function scopesOf({ before, after }: OperationPair): Change[] {
  const [were, are] = [before, after].map(({ value }) => alternatives(value['security']))
  const where = `${after.name} scopes`
  return [
    ...(are ?? [])
      .filter((one) => were?.includes(one) !== true)
      .map((what): Change => ({ kind: 'added', bump: 'minor', where, what })),
    ...(were ?? [])
      .filter((one) => are?.includes(one) !== true)
      .map((what): Change => ({ kind: 'removed', bump: 'major', where, what })),
  ]
}

function alternatives(security: Json | undefined): string[] {
  if (!Array.isArray(security)) return []
  return security.map((one) =>
    Object.values(objectAt(one))
      .flatMap((scopes) => (Array.isArray(scopes) ? scopes.map(String) : []))
      .toSorted()
      .join(' and '),
  )
}

/** What our own members say of an operation, and how much it matters when they change. */
const marks: Readonly<Record<string, Bump>> = {
  'x-role': 'major',
  'x-paging': 'major',
  'x-not-found': 'minor',
  'x-idempotent': 'minor',
  deprecated: 'minor',
}

function marksOf({ before, after }: OperationPair): Change[] {
  return [
    ...Object.entries(marks).flatMap(([mark, bump]) => {
      const [was, is] = [before.value[mark], after.value[mark]]
      if (was === is) return []
      return [changed(after.name, bump, `${mark} is ${String(is ?? 'gone')}, was ${String(was ?? 'absent')}`)]
    }),
    ...describe(after.name, before.value, after.value, [
      'description',
      'summary',
      'x-confidence',
      'x-scopes-confidence',
    ]),
  ]
}

function describe(where: string, before: JsonObject, after: JsonObject, words: readonly string[]): Change[] {
  const differing = words.filter((word) => before[word] !== after[word])
  return differing.length === 0 ? [] : [changed(where, 'patch', `its ${differing.join(', ')}`)]
}
