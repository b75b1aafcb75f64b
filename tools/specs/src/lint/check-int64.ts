import type { JsonObject } from '../json.ts'
import { answerMembers, bodyMembers, isInt64, isInt64Number, type Member } from '../list-int64.ts'
import { listOperations } from '../list-operations.ts'
import type { Problem } from './problem.ts'

/**
 * A client finds 64-bit integers by the names of their members. So each needs one; in answers no other number may have
 * the same one, and in bodies no other value at all, because a text would go out as a number.
 */
export function checkInt64(document: JsonObject): Problem[] {
  const operations = listOperations(document)
  const answers = operations.flatMap((operation) => answerMembers(document, operation))
  const bodies = operations.flatMap((operation) => bodyMembers(document, operation))
  return [
    ...mixedNames('answers', answers.filter(isInt64), answers.filter(isOtherNumber)),
    ...mixedNames('bodies', bodies.filter(isInt64Number), bodies.filter(isOtherValue)),
  ]
}

function mixedNames(where: string, keys: readonly Member[], others: readonly Member[]): Problem[] {
  const taken = new Set(others.map(({ name }) => name))
  return [...new Set(keys.map(({ name }) => name))].flatMap((name) => {
    if (name === undefined) return [{ where, message: 'there is an int64 that no member names' }]
    return taken.has(name) ? [{ where, message: `${name} is an int64 in one place and something else in another` }] : []
  })
}

function isOtherNumber(member: Member): boolean {
  return !isInt64(member) && typesOf(member).some((type) => type === 'integer' || type === 'number')
}

/** A list or an object of the same name does not count: its values are members themselves. */
function isOtherValue(member: Member): boolean {
  return !isInt64Number(member) && typesOf(member).some((type) => type !== 'array' && type !== 'object')
}

function typesOf({ schema }: Member): JsonObject[string][] {
  const type = schema['type']
  return type === undefined ? [] : [type].flat()
}
