import { isDeepStrictEqual } from 'node:util'
import { arrayAt, isJsonObject, objectAt, type Json, type JsonObject } from '../json.ts'
import { resolveReference } from '../resolve-reference.ts'
import type { Bump, Change } from './change.ts'
import { textsAt, type Direction } from './schema-usage.ts'

/** Two versions of the same place, and which way its values go. */
export interface Place {
  readonly before: JsonObject
  readonly after: JsonObject
  readonly where: string
  readonly directions: ReadonlySet<Direction>
  readonly documents: { readonly before: JsonObject; readonly after: JsonObject }
  /** Pairs of references that are being compared, so that schemas which refer to themselves end. */
  readonly seen: ReadonlySet<string>
}

/** Compares two schemas down to where they refer to a named one of the same name: that one is compared by itself. */
export function compareSchemas(place: Place): Change[] {
  const { before, after, documents, seen } = place
  const pair = `${String(before['$ref'])} ${String(after['$ref'])}`
  if (before['$ref'] !== undefined && before['$ref'] === after['$ref']) return wordsOf(place)
  if (seen.has(pair)) return []
  const followed = {
    ...place,
    before: objectAt(resolveReference(documents.before, before)),
    after: objectAt(resolveReference(documents.after, after)),
    seen: before['$ref'] === undefined && after['$ref'] === undefined ? seen : new Set([...seen, pair]),
  }
  return [typesOf, valuesOf, membersOf, itemsOf, openMembersOf, compositionsOf, wordsOf].flatMap((rule) =>
    rule(followed),
  )
}

/** Breaks what flows in this direction, adds to what flows in the other. */
function bumpIf(place: Place, breaking: Direction): Bump {
  return place.directions.has(breaking) ? 'major' : 'minor'
}

function changed(place: Place, bump: Bump, what: string): Change {
  return { kind: 'changed', bump, where: place.where, what }
}

function typesOf(place: Place): Change[] {
  const [before, after] = [place.before, place.after].map((schema) => [schema['type'] ?? 'anything'].flat().map(String))
  if (before === undefined || after === undefined) return []
  const [were, are] = [before, after].map((types) =>
    types
      .filter((type) => type !== 'null')
      .toSorted()
      .join(' or '),
  )
  const formats = [place.before['format'], place.after['format']]
  const widened = !before.includes('null') && after.includes('null')
  const narrowed = before.includes('null') && !after.includes('null')
  return [
    ...(were === are ? [] : [changed(place, 'major', `is ${are}, was ${were}`)]),
    ...(widened ? [changed(place, bumpIf(place, 'received'), 'may be null')] : []),
    ...(narrowed ? [changed(place, bumpIf(place, 'sent'), 'may no longer be null')] : []),
    // Such a number is text in the types, whatever it is on the wire.
    ...(formats[0] !== formats[1] && formats.includes('int64') && were === are
      ? [changed(place, 'major', `its format is ${String(formats[1] ?? 'none')}, was ${String(formats[0] ?? 'none')}`)]
      : []),
  ]
}

function valuesOf(place: Place): Change[] {
  const known = difference(place, 'x-extensible-enum')
  const closed = difference(place, 'enum')
  return [
    ...known.added.map((value) => changed(place, 'minor', `${value} is a known value`)),
    ...known.removed.map((value) => changed(place, 'minor', `${value} is no longer a known value`)),
    ...closed.added.map((value) => changed(place, bumpIf(place, 'received'), `may be ${value}`)),
    ...closed.removed.map((value) => changed(place, bumpIf(place, 'sent'), `may no longer be ${value}`)),
  ]
}

function difference({ before, after }: Place, word: string): { added: string[]; removed: string[] } {
  // A list that comes or goes as a whole changes the type, which is told as that.
  const [were, are] = [textsAt(before, word), textsAt(after, word)]
  return { added: are.filter((value) => !were.includes(value)), removed: were.filter((value) => !are.includes(value)) }
}

function membersOf(place: Place): Change[] {
  const [before, after] = [place.before, place.after].map((schema) => objectAt(schema, 'properties'))
  const [needed, needs] = [place.before, place.after].map((schema) => textsAt(schema, 'required'))
  return [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])].flatMap((name) => {
    const where = `${place.where}.${name}`
    const [was, is] = [before?.[name], after?.[name]]
    const [wasNeeded, isNeeded] = [needed?.includes(name) === true, needs?.includes(name) === true]
    if (was === undefined) return [added(place, where, isNeeded)]
    if (is === undefined) return [{ kind: 'removed' as const, bump: 'major' as const, where, what: 'member' }]
    const member = { ...place, before: objectAt(was), after: objectAt(is), where }
    return [...needOf(member, wasNeeded, isNeeded), ...compareSchemas(member)]
  })
}

function added(place: Place, where: string, isNeeded: boolean): Change {
  const bump = isNeeded ? bumpIf(place, 'sent') : 'minor'
  return { kind: 'added', bump, where, what: isNeeded ? 'required member' : 'member' }
}

function needOf(place: Place, was: boolean, is: boolean): Change[] {
  if (was === is) return []
  return is
    ? [changed(place, bumpIf(place, 'sent'), 'is required')]
    : [changed(place, bumpIf(place, 'received'), 'is no longer required')]
}

function itemsOf(place: Place): Change[] {
  const [before, after] = [place.before['items'], place.after['items']]
  if (!isJsonObject(before) || !isJsonObject(after)) return []
  return compareSchemas({ ...place, before, after, where: `${place.where}[]` })
}

function openMembersOf(place: Place): Change[] {
  const [before, after] = [place.before, place.after].map((schema) => schema['additionalProperties'] ?? true)
  if (isJsonObject(before) && isJsonObject(after)) {
    return compareSchemas({ ...place, before, after, where: `${place.where}.*` })
  }
  if (isDeepStrictEqual(before, after) || place.before['type'] !== place.after['type']) return []
  return [changed(place, 'major', 'what other members it takes')]
}

function compositionsOf(place: Place): Change[] {
  return ['allOf', 'anyOf', 'oneOf'].flatMap((word) => {
    const [before, after] = [place.before, place.after].map((schema) =>
      arrayAt(schema, word).map((part) => objectAt(part)),
    )
    if (before === undefined || after === undefined || isDeepStrictEqual(before, after)) return []
    if (before.length !== after.length)
      return [changed(place, 'major', `${word} has ${after.length} parts, had ${before.length}`)]
    return after.flatMap((part, index) => compareSchemas({ ...place, before: before[index] ?? {}, after: part }))
  })
}

/** What people read and validators check, and types do not have. */
const words = [
  'description',
  'title',
  'default',
  'deprecated',
  'readOnly',
  'writeOnly',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'pattern',
  'minItems',
  'maxItems',
  'uniqueItems',
  'contentEncoding',
  'x-confidence',
  'x-enum-descriptions',
]

function wordsOf(place: Place): Change[] {
  const differing = [...words, 'format'].filter(
    (word) => !isDeepStrictEqual(valueOf(place.before, word), valueOf(place.after, word)),
  )
  return differing.length === 0 ? [] : [changed(place, 'patch', `its ${differing.join(', ')}`)]
}

function valueOf(schema: JsonObject, word: string): Json {
  const value = schema[word] ?? null
  return word === 'format' && value === 'int64' ? null : value
}
