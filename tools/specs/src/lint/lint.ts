import type { JsonObject } from '../json.ts'
import { SpecsError } from '../specs-error.ts'
import { checkAnswers } from './check-answers.ts'
import { checkConfidence } from './check-confidence.ts'
import { checkExamples } from './check-examples.ts'
import { checkInt64 } from './check-int64.ts'
import { checkMadeUp } from './check-made-up.ts'
import { checkOperations } from './check-operations.ts'
import { checkReferences } from './check-references.ts'
import { checkSchemas } from './check-schemas.ts'
import { checkStructure } from './check-structure.ts'
import { checkUnused } from './check-unused.ts'
import type { Problem, Rule } from './problem.ts'

const rules: readonly Rule[] = [
  checkOperations,
  checkAnswers,
  checkSchemas,
  checkInt64,
  checkUnused,
  checkConfidence,
  checkMadeUp,
  checkExamples,
]

/** Checks a document against the standard and our own rules and throws one error that lists every problem. */
export async function lint(document: JsonObject): Promise<void> {
  // A dangling reference or a broken structure would make every later message noise.
  refuse(checkReferences(document))
  refuse(await checkStructure(document))
  refuse(rules.flatMap((rule) => rule(document)))
}

function refuse(problems: readonly Problem[]): void {
  if (problems.length === 0) return
  const lines = problems.map((problem) => `  ${problem.where}: ${problem.message}`)
  const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`
  throw new SpecsError('lint_failed', `The resolved document has ${count}:\n${lines.join('\n')}`)
}
