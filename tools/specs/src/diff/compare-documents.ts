import { arrayAt, objectAt, type JsonObject } from '../json.ts'
import { listOperations } from '../list-operations.ts'
import { bumps, type Change } from './change.ts'
import { compareOperations, placeOf } from './compare-operations.ts'
import { compareSchemas } from './compare-schemas.ts'
import { namedSchemas, schemaUsage, type Direction } from './schema-usage.ts'

const bothDirections: ReadonlySet<Direction> = new Set(['sent', 'received'])

/** Tells everything that two versions of an API say differently, the weightiest first. */
export function compareDocuments(before: JsonObject, after: JsonObject): Change[] {
  const changes = [...serversOf(before, after), ...operationsOf(before, after), ...schemasOf(before, after)]
  return changes.toSorted(
    (a, b) => weightOf(b) - weightOf(a) || compareTexts(a.where, b.where) || compareTexts(a.what, b.what),
  )
}

function weightOf({ bump }: Change): number {
  return bumps.indexOf(bump)
}

function compareTexts(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

function serversOf(before: JsonObject, after: JsonObject): Change[] {
  const [was, is] = [before, after].map((document) => String(objectAt(arrayAt(document, 'servers')[0])['url']))
  return was === is ? [] : [{ kind: 'changed', bump: 'major', where: 'server', what: `is ${is}, was ${was}` }]
}

/** An operation is known by method and path; one that moved, by its id. */
function operationsOf(before: JsonObject, after: JsonObject): Change[] {
  const were = listOperations(before)
  const are = listOperations(after)
  const matches = are.map((one) => {
    const here = were.find((other) => placeOf(other) === placeOf(one))
    const moved = were.find((other) => other.id === one.id && !are.some((third) => placeOf(third) === placeOf(other)))
    return { after: one, before: here ?? moved }
  })
  const gone = were.filter((one) => !matches.some((match) => match.before === one))
  return [
    ...gone.map(({ name }): Change => ({ kind: 'removed', bump: 'major', where: name, what: 'operation' })),
    ...matches.flatMap((match): Change[] => {
      const { before: was, after: is } = match
      if (was === undefined) return [{ kind: 'added', bump: 'minor', where: is.name, what: 'operation' }]
      return compareOperations({ before: was, after: is, documents: { before, after } })
    }),
  ]
}

function schemasOf(before: JsonObject, after: JsonObject): Change[] {
  const [were, are] = [namedSchemas(before), namedSchemas(after)]
  const usage = schemaUsage(before, after)
  return [...new Set([...were.keys(), ...are.keys()])].flatMap((name): Change[] => {
    const [was, is] = [were.get(name), are.get(name)]
    if (was === undefined) return [{ kind: 'added', bump: 'minor', where: name, what: 'schema' }]
    if (is === undefined) return [{ kind: 'removed', bump: 'major', where: name, what: 'schema' }]
    const directions = usage.get(name) ?? bothDirections
    return compareSchemas({
      before: was,
      after: is,
      where: name,
      directions,
      documents: { before, after },
      seen: new Set(),
    })
  })
}
