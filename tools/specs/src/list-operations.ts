import { arrayAt, isJsonObject, objectAt, stringOf, type Json, type JsonObject } from './json.ts'
import { resolveReference } from './resolve-reference.ts'

export const httpMethods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'] as const
export type HttpMethod = (typeof httpMethods)[number]

/** One operation with what it inherits from its path, references of parameters and responses followed. */
export interface ListedOperation {
  readonly id: string
  readonly path: string
  readonly method: HttpMethod
  /** For messages: the id, or the method and path where there is none. */
  readonly name: string
  readonly value: JsonObject
  readonly parameters: readonly JsonObject[]
  readonly responses: Readonly<Record<string, JsonObject>>
}

/** Lists all operations by path, then in the usual order of the methods. */
export function listOperations(document: JsonObject): ListedOperation[] {
  const paths = objectAt(document, 'paths')
  return Object.keys(paths)
    .toSorted()
    .flatMap((path) => {
      const item = objectAt(paths, path)
      return httpMethods.flatMap((method) => {
        const value = item[method]
        return isJsonObject(value) ? [toOperation(document, path, method, value, arrayAt(item, 'parameters'))] : []
      })
    })
}

function toOperation(
  document: JsonObject,
  path: string,
  method: HttpMethod,
  value: JsonObject,
  inherited: readonly Json[],
): ListedOperation {
  const id = stringOf(value['operationId']) ?? ''
  const parameters = new Map<string, JsonObject>()
  for (const entry of [...inherited, ...arrayAt(value, 'parameters')]) {
    const parameter = follow(document, entry)
    parameters.set(`${String(parameter['in'])} ${String(parameter['name'])}`, parameter)
  }
  return {
    id,
    path,
    method,
    name: id === '' ? `${method.toUpperCase()} ${path}` : id,
    value,
    parameters: [...parameters.values()],
    responses: Object.fromEntries(
      Object.entries(objectAt(value, 'responses')).map(([status, response]) => [status, follow(document, response)]),
    ),
  }
}

function follow(document: JsonObject, value: Json): JsonObject {
  const found = resolveReference(document, value)
  return isJsonObject(found) ? found : {}
}

export function parametersIn(operation: ListedOperation, place: 'query' | 'path'): JsonObject[] {
  return operation.parameters.filter((parameter) => parameter['in'] === place)
}
