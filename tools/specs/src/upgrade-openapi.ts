import type { JsonObject } from './json.ts'
import { walk } from './walk.ts'

/**
 * Turns OpenAPI 3.0 into 3.1: `nullable` becomes a type, exclusive bounds become numbers. Nothing else changed its
 * meaning (https://www.openapis.org/blog/2021/02/16/migrating-from-openapi-3-0-to-3-1-0).
 */
export function upgradeOpenapi(source: JsonObject): JsonObject {
  const document = { ...structuredClone(source), openapi: '3.1.0' }
  walk(document, (node) => {
    upgradeNullable(node)
    upgradeBound(node, 'minimum', 'exclusiveMinimum')
    upgradeBound(node, 'maximum', 'exclusiveMaximum')
  })
  return document
}

function upgradeNullable(node: JsonObject): void {
  const { nullable } = node
  if (typeof nullable !== 'boolean') return
  delete node['nullable']
  if (!nullable) return
  if (typeof node['type'] === 'string') node['type'] = [node['type'], 'null']
  // In 3.0 nullable says nothing without a type of its own; vendors mean it all the same.
  else wrap(node)
  if (Array.isArray(node['enum']) && !node['enum'].includes(null)) node['enum'].push(null)
}

const shaping = ['$ref', 'allOf', 'anyOf', 'oneOf']

function wrap(node: JsonObject): void {
  const shape = Object.entries(node).filter(([key]) => shaping.includes(key))
  if (shape.length === 0) return
  for (const [key] of shape) delete node[key]
  node['anyOf'] = [Object.fromEntries(shape), { type: 'null' }]
}

function upgradeBound(node: JsonObject, bound: string, exclusive: string): void {
  const value = node[exclusive]
  if (typeof value !== 'boolean') return
  delete node[exclusive]
  if (!value || typeof node[bound] !== 'number') return
  node[exclusive] = node[bound]
  delete node[bound]
}
