import { isObject } from '../check-option.ts'
import type { ApiOperation } from './api-spec.ts'
import type { SchemaChecker } from './schema-checker.ts'

/**
 * Tells why an answer of ours is not one the specification allows, or nothing if it is. Clients are tested against these
 * answers, so a wrong one is a defect of the sandbox, never something to pass on.
 */
export function findAnswerDefect(
  operation: ApiOperation,
  answer: { readonly status: number; readonly body: unknown },
  checker: SchemaChecker,
): string | undefined {
  const { status, body } = answer
  const wanted = operation.answers.get(status)
  if (wanted === undefined) return `${operation.id} documents no ${status}.`
  if (wanted.schema === undefined) return body === undefined ? undefined : `${operation.id} ${status} has no body.`

  const [problem] = checker.check(wanted.schema, body)
  if (problem !== undefined) return `${operation.id} ${status}: ${problem.path.join('.')} ${problem.message}.`
  if (wanted.errorCodes.length === 0 || !isObject(body) || body.errorCode === undefined) return undefined
  const known = wanted.errorCodes.includes(String(body.errorCode))
  return known ? undefined : `${operation.id} ${status} documents no ${String(body.errorCode)}.`
}
