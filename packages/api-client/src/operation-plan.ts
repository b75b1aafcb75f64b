import { ApiError } from './api-error.ts'
import type { ApiDefinition, DefaultParameter, Operation } from './definition.ts'
import { querySerializerOf, type SerializeQuery } from './serialize.ts'

/** What a call needs to know about its operation, worked out once. */
export interface OperationPlan {
  readonly definition: ApiDefinition<string>
  readonly operation: Operation
  readonly names: { readonly api: string; readonly operationId: string | undefined }
  /** Sending it twice has the effect of sending it once. */
  readonly idempotent: boolean
  readonly pathParameters: readonly string[]
  /** Values given at creation that this operation takes. */
  readonly defaults: readonly { readonly in: 'query' | 'path'; readonly name: string; readonly value: string }[]
  readonly serializeQuery: SerializeQuery
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
export function describe({ names, operation }: OperationPlan): string {
  return `${names.api} ${names.operationId ?? `${operation.method} ${operation.path}`}`
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
    definition,
    operation,
    names: { api: definition.id, operationId },
    idempotent: operation.idempotent || operation.idempotencyKey !== undefined,
    pathParameters,
    defaults: (definition.defaults ?? []).flatMap(defaultsOf),
    serializeQuery: querySerializerOf(definition),
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
