import type { Operation } from '@grantkit/api-client'

export type OperationMatch =
  | { readonly kind: 'operation'; readonly id: string; readonly operation: Operation }
  | { readonly kind: 'wrong_method'; readonly allowed: readonly string[] }
  | { readonly kind: 'unknown_path' }

export interface OperationTable {
  /** Finds the operation that a method and a path below the base URL belong to. HEAD counts as GET. */
  find(method: string, path: string): OperationMatch
}

interface Entry {
  readonly id: string
  readonly operation: Operation
  readonly segments: readonly string[]
}

/** Finds operations by the number of their path's segments first; literal segments win over parameters. */
export function createOperationTable(operations: Readonly<Record<string, Operation>>): OperationTable {
  const entries = Object.entries(operations).map(([id, operation]): Entry => {
    return { id, operation, segments: operation.path.split('/') }
  })
  const byLength = Map.groupBy(
    entries.toSorted((a, b) => parametersOf(a) - parametersOf(b)),
    ({ segments }) => segments.length,
  )

  return {
    find(method, path) {
      const segments = path.split('/')
      const wanted = method === 'HEAD' ? 'GET' : method
      const matching = byLength.get(segments.length)?.filter((entry) => fits(entry, segments)) ?? []
      const [nearest] = matching
      if (nearest === undefined) return { kind: 'unknown_path' }
      const found = matching.find(({ operation }) => operation.method === wanted)
      if (found !== undefined) return { kind: 'operation', id: found.id, operation: found.operation }
      return { kind: 'wrong_method', allowed: [...new Set(matching.map(({ operation }) => operation.method))] }
    },
  }
}

function parametersOf({ segments }: Entry): number {
  return segments.filter(isParameter).length
}

function isParameter(segment: string): boolean {
  return segment.startsWith('{')
}

function fits(entry: Entry, segments: readonly string[]): boolean {
  return entry.segments.every((part, index) => {
    const segment = segments[index] ?? ''
    return isParameter(part) ? segment !== '' : part === segment
  })
}
