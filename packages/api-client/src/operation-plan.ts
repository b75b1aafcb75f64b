import { ApiError } from './api-error.ts'
import type { ApiDefinition, DefaultParameter, Operation } from './definition.ts'
import { int64Parser } from './int64.ts'
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
  readonly int64: { readonly parse: (text: string) => unknown; readonly bodies: ReadonlySet<string> } | undefined
}

export type FindPlan = (method: string, path: string) => OperationPlan

const idempotentMethods = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE'])

/** Prepares every operation of an API. A path outside the definition gets a plan by its method alone. */
export function createPlans(definition: ApiDefinition<string>, values: Readonly<Record<string, string>>): FindPlan {
  const { int64: members } = definition
  const int64 = members && { parse: int64Parser(members.answers), bodies: new Set(members.bodies) }
  const shared: Shared = { definition, values, serializeQuery: querySerializerOf(definition), int64 }
  const plans = new Map<string, Map<string, OperationPlan>>()
  for (const [operationId, operation] of Object.entries(definition.operations)) {
    const ofPath = plans.get(operation.path) ?? new Map<string, OperationPlan>()
    plans.set(operation.path, ofPath.set(operation.method, createPlan(shared, operation, operationId)))
  }
  return (method, path) => {
    const plan = plans.get(path)?.get(method)
    if (plan !== undefined) return plan
    checkPath(definition.id, path)
    return createPlan(shared, { method, path, idempotent: idempotentMethods.has(method) })
  }
}

/** Names an operation in messages. */
export function describe({ names, operation }: OperationPlan): string {
  return `${names.api} ${names.operationId ?? `${operation.method} ${operation.path}`}`
}

/** What the plans of an API have in common. */
interface Shared extends Pick<OperationPlan, 'definition' | 'serializeQuery' | 'int64'> {
  readonly values: Readonly<Record<string, string>>
}

function createPlan({ values, ...shared }: Shared, operation: Operation, operationId?: string): OperationPlan {
  const { definition } = shared
  const pathParameters = [...operation.path.matchAll(/\{([^{}]+)\}/g)].map((match) => match[1] ?? '')
  const taken = { query: operation.query ?? [], path: pathParameters }
  const defaultsOf = ({ name, in: places }: DefaultParameter): OperationPlan['defaults'] => {
    const value = values[name]
    if (value === undefined) return []
    return places.filter((place) => taken[place].includes(name)).map((place) => ({ in: place, name, value }))
  }
  return {
    ...shared,
    operation,
    names: { api: definition.id, operationId },
    idempotent: operation.idempotent || operation.idempotencyKey !== undefined,
    pathParameters,
    defaults: (definition.defaults ?? []).flatMap(defaultsOf),
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
