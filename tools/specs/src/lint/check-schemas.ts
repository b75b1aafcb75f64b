import { isJsonObject, type JsonObject } from '../json.ts'
import { walk } from '../walk.ts'
import type { Problem } from './problem.ts'

const shaping = ['properties', 'additionalProperties', 'allOf', 'anyOf', 'oneOf']

/** No schema turns into a type that nothing or everything fits by accident. */
export function checkSchemas(document: JsonObject): Problem[] {
  const problems: Problem[] = []
  walk(document, (node, pointer) => {
    const types = Array.isArray(node['type']) ? node['type'] : [node['type']]
    if (types.includes('object') && !shaping.some((key) => node[key] !== undefined)) {
      problems.push({ where: pointer, message: 'is an object without members: say additionalProperties if it is open' })
    }
    if (types.includes('array') && !isJsonObject(node['items'])) {
      problems.push({ where: pointer, message: 'is an array without items' })
    }
    const values = node['x-extensible-enum']
    if (values !== undefined && !isTextList(values)) {
      problems.push({ where: pointer, message: 'its x-extensible-enum must be a list of different texts' })
    }
    if (values !== undefined && node['type'] !== 'string') {
      problems.push({ where: pointer, message: 'has an x-extensible-enum but is not of type string' })
    }
  })
  return problems
}

function isTextList(values: unknown): boolean {
  if (!Array.isArray(values) || values.length === 0) return false
  return values.every((value) => typeof value === 'string') && new Set(values).size === values.length
}
