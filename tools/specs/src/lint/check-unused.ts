import { objectAt, type JsonObject } from '../json.ts'
import { walk } from '../walk.ts'
import type { Problem } from './problem.ts'

const kinds = ['schemas', 'parameters', 'responses', 'requestBodies', 'headers']

/** Every component is used: what nothing refers to any more was forgotten. */
export function checkUnused(document: JsonObject): Problem[] {
  const used = new Set<unknown>()
  walk(document, (node) => used.add(node['$ref']))
  return kinds.flatMap((kind) =>
    Object.keys(objectAt(document, 'components', kind))
      .map((name) => `#/components/${kind}/${name}`)
      .filter((pointer) => !used.has(pointer))
      .map((pointer) => ({ where: pointer, message: 'is used nowhere' })),
  )
}
