import { objectAt, type JsonObject } from '../json.ts'
import { nodeAt } from '../resolve-reference.ts'
import { walk } from '../walk.ts'
import type { Problem } from './problem.ts'

/** Every reference is local and leads somewhere; every component is used. */
export function checkReferences(document: JsonObject): Problem[] {
  const problems: Problem[] = []
  const used = new Set<string>()
  walk(document, (node, pointer) => {
    const reference = node['$ref']
    if (typeof reference !== 'string' || pointer.endsWith('/properties')) return
    used.add(reference)
    if (!reference.startsWith('#/')) problems.push({ where: pointer, message: `refers outside: ${reference}` })
    else if (nodeAt(document, reference) === undefined) {
      problems.push({ where: pointer, message: `refers to nothing: ${reference}` })
    }
  })
  for (const kind of ['schemas', 'parameters', 'responses', 'requestBodies', 'headers', 'examples']) {
    for (const name of Object.keys(objectAt(document, 'components', kind))) {
      const pointer = `#/components/${kind}/${name}`
      if (!used.has(pointer)) problems.push({ where: pointer, message: 'is used nowhere' })
    }
  }
  return problems
}
