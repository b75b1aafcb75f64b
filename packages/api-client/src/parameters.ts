import { ApiError } from './api-error.ts'
import { describe, type OperationPlan } from './operation-plan.ts'

export interface Parameters {
  query?: Record<string, unknown>
  path?: Record<string, unknown>
  [place: string]: unknown
}

/** Adds what was given at creation where the operation takes it and the call names nothing of its own. */
export function withDefaults(plan: OperationPlan, params: Parameters | undefined): Parameters | undefined {
  let result = params
  for (const { in: place, name, value } of plan.defaults) {
    const given = result?.[place]
    if (given?.[name] !== undefined) continue
    result = { ...result, [place]: { ...given, [name]: value } }
  }
  return result
}

/** Checks what the types rule out for typed callers. Throws `invalid_path_parameter` and `invalid_request`. */
export function checkArguments(plan: OperationPlan, params: Parameters | undefined, body: unknown): void {
  checkPathParameters(plan, params)
  const { operation, definition } = plan
  const missing = operation.required?.find((name) => (params?.query?.[name] ?? null) === null)
  if (missing !== undefined) {
    const once = definition.defaults?.some(({ name }) => name === missing) ? ', or once to the client' : ''
    throw incomplete(plan, `query parameter "${missing}" is missing. Give it in params.query${once}.`)
  }
  if (operation.body === 'required' && body === undefined)
    throw incomplete(plan, 'the body is missing. Give it in body.')
}

function incomplete(plan: OperationPlan, problem: string): ApiError {
  return new ApiError('invalid_request', `${describe(plan)}: ${problem} Nothing was sent.`, plan.names)
}

/**
 * Checks that each path parameter fills exactly one segment: refuses a missing or empty one, `.` and `..` (which URL
 * parsing would resolve, however they are written) and what is not text.
 */
function checkPathParameters(plan: OperationPlan, params: Parameters | undefined): void {
  for (const name of plan.pathParameters) {
    const problem = problemWith(params?.path?.[name])
    if (problem === undefined) continue
    const message = `${describe(plan)}: path parameter "${name}" ${problem}. Nothing was sent.`
    throw new ApiError('invalid_path_parameter', message, plan.names)
  }
}

function problemWith(value: unknown): string | undefined {
  if (value === undefined || value === null) return 'is missing'
  if (typeof value === 'number' && Number.isFinite(value)) return undefined
  if (typeof value === 'bigint') return undefined
  if (typeof value !== 'string') return 'must be a string'
  if (value === '') return 'is empty'
  if (value === '.' || value === '..') return 'would leave its place in the path'
  return value.isWellFormed() ? undefined : 'is not well-formed Unicode'
}
