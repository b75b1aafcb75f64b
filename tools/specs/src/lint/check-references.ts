import { type JsonObject } from '../json.ts'
import { nodeAt } from '../resolve-reference.ts'
import { walk } from '../walk.ts'
import type { Problem } from './problem.ts'

/** Every reference is local and leads somewhere. */
export function checkReferences(document: JsonObject): Problem[] {
  const problems: Problem[] = []
  walk(document, (node, pointer) => {
    const reference = node['$ref']
    if (typeof reference !== 'string') return
    if (!reference.startsWith('#/')) problems.push({ where: pointer, message: `refers outside: ${reference}` })
    else if (nodeAt(document, reference) === undefined) {
      problems.push({ where: pointer, message: `refers to nothing: ${reference}` })
    }
  })
  return problems
}
