import { confidenceMarks, isConfidence } from '../confidence.ts'
import type { JsonObject } from '../json.ts'
import { walk } from '../walk.ts'
import type { Problem } from './problem.ts'

/** Every confidence mark is one we know. */
export function checkConfidence(document: JsonObject): Problem[] {
  const problems: Problem[] = []
  walk(document, (node, pointer) => {
    for (const key of ['x-confidence', 'x-scopes-confidence', 'x-role-confidence']) {
      if (node[key] === undefined || isConfidence(node[key])) continue
      problems.push({ where: pointer, message: `${key} may be ${confidenceMarks.join(', ')}` })
    }
  })
  return problems
}
