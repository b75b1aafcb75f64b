import type { ApiOperation } from './api-spec.ts'

export interface RouteMatch {
  readonly operation: ApiOperation
  readonly pathParameters: ReadonlyMap<string, string>
}

/** Finds the operation for a request by the templates of the specification. */
export interface RouteTable {
  /** `path` is below the base path and still percent-encoded. */
  match(method: string, path: string): RouteMatch | undefined
  /** Whether a path fits a template, or both are the same. */
  fits(path: string, template: string): boolean
  hasTemplate(template: string): boolean
}

export function createRouteTable(operations: readonly ApiOperation[]): RouteTable {
  // Literal segments win over parameters, whatever the order of the document.
  const ordered = operations.toSorted((a, b) => countParameters(a.path) - countParameters(b.path))

  return {
    match(method, path) {
      for (const operation of ordered) {
        if (operation.method !== method) continue
        const pathParameters = matchTemplate(operation.path, path)
        if (pathParameters !== undefined) return { operation, pathParameters }
      }
      return undefined
    },
    fits: (path, template) => path === template || matchTemplate(template, path) !== undefined,
    hasTemplate: (template) => operations.some((operation) => operation.path === template),
  }
}

function countParameters(template: string): number {
  return template.split('{').length
}

function matchTemplate(template: string, path: string): Map<string, string> | undefined {
  const wanted = template.split('/')
  const given = path.split('/')
  if (wanted.length !== given.length) return undefined
  const parameters = new Map<string, string>()
  for (const [index, segment] of wanted.entries()) {
    const value = given[index] ?? ''
    if (!segment.startsWith('{')) {
      if (segment !== value) return undefined
      continue
    }
    if (value === '') return undefined
    parameters.set(segment.slice(1, -1), value)
  }
  return parameters
}
