import { ApiError } from './api-error.ts'
import type { AnswerKind, ApiDefinition, DefaultParameter, Operation } from './definition.ts'
import { querySerializerOf, type SerializeQuery } from './serialize.ts'

/** What a call needs to know about its operation, worked out once. */
export interface OperationPlan {
  readonly names: { readonly api: string; readonly operationId: string | undefined }
  readonly method: string
  /** Path template, as in the specification. */
  readonly path: string
  readonly idempotent: boolean
  readonly pathParameters: readonly string[]
  readonly requiredQuery: readonly string[]
  readonly requiresBody: boolean
  /** Header of the key by which the API knows a repeated request. */
  readonly idempotencyKey: string | undefined
  /** Parameters that may be given at creation. */
  readonly givenOnce: readonly string[]
  /** Values given at creation that this operation takes. */
  readonly defaults: readonly { readonly in: 'query' | 'path'; readonly name: string; readonly value: string }[]
  readonly anonymous: boolean
  readonly errors: NonNullable<ApiDefinition['errors']>
  readonly conform: ApiDefinition['conform']
  readonly serializeQuery: SerializeQuery
  /** Answers beside 429 that are repeated like one. */
  readonly retryReasons: readonly AnswerKind[]
  /** Members with 64-bit integers, for APIs that have such. */
  readonly int64: { readonly answers: ReadonlySet<string>; readonly bodies: ReadonlySet<string> } | undefined
}

export type FindPlan = (method: string, path: string) => OperationPlan

const idempotentMethods = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE'])

/** Prepares every operation of an API. A path outside the definition gets a plan by its method alone. */
export function createPlans(definition: ApiDefinition<string>, values: Readonly<Record<string, string>>): FindPlan {
  const plans = new Map<string, OperationPlan>()
  for (const [operationId, operation] of Object.entries(definition.operations)) {
    plans.set(`${operation.method} ${operation.path}`, createPlan(definition, values, operation, operationId))
  }
  return (method, path) => {
    const plan = plans.get(`${method} ${path}`)
    if (plan !== undefined) return plan
    checkPath(definition.id, path)
    return createPlan(definition, values, { method, path, idempotent: idempotentMethods.has(method) })
  }
}

/** Names an operation in messages. */
export function describe(plan: OperationPlan): string {
  const { api, operationId } = plan.names
  return operationId === undefined ? `${api} ${plan.method} ${plan.path}` : `${api} ${operationId}`
}

function createPlan(
  definition: ApiDefinition<string>,
  values: Readonly<Record<string, string>>,
  operation: Operation,
  operationId?: string,
): OperationPlan {
  const pathParameters = [...operation.path.matchAll(/\{([^{}]+)\}/g)].map((match) => match[1] ?? '')
  const { int64 } = definition
  const taken = { query: operation.query ?? [], path: pathParameters }
  const defaultsOf = ({ name, in: places }: DefaultParameter): OperationPlan['defaults'] => {
    const value = values[name]
    if (value === undefined) return []
    return places.filter((place) => taken[place].includes(name)).map((place) => ({ in: place, name, value }))
  }
  return {
    names: { api: definition.id, operationId },
    method: operation.method,
    path: operation.path,
    idempotent: operation.idempotent || operation.idempotencyKey !== undefined,
    pathParameters,
    requiredQuery: operation.required ?? [],
    requiresBody: operation.body === 'required',
    idempotencyKey: operation.idempotencyKey,
    givenOnce: (definition.defaults ?? []).map(({ name }) => name),
    defaults: (definition.defaults ?? []).flatMap(defaultsOf),
    anonymous: operation.anonymous === true,
    errors: definition.errors ?? {},
    conform: definition.conform,
    serializeQuery: querySerializerOf(definition),
    retryReasons: definition.retryReasons ?? [],
    int64: int64 && { answers: new Set(int64.answers), bodies: new Set(int64.bodies) },
  }
}

/** The types rule these out; a path from elsewhere could otherwise leave the API's base URL. */
function checkPath(api: string, path: unknown): void {
  const segments = typeof path === 'string' && path.startsWith('/') ? path.split(/[/\\]/) : undefined
  const climbs = segments?.some((segment) => /^(?:\.|%2e){1,2}$/i.test(segment))
  if (segments === undefined || climbs || /[?#]/.test(String(path))) {
    throw new ApiError('invalid_request', `${api}: a path must start with "/", without dot segments, "?" or "#".`, {
      api,
    })
  }
}
