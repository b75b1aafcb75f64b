import { ApiError } from './api-error.ts'

/** An operation as far as its scopes go. */
export interface ScopedOperation {
  /** Alternatives, the least powerful first; each a list of scopes that are needed together. */
  readonly scopes?: readonly (readonly string[])[]
}

/**
 * Names the least scopes that allow all the given operations: of each operation the least powerful alternative, and none
 * that another chosen scope makes unnecessary. Sorted. Throws `invalid_option` for an operation that does not exist.
 */
export function leastScopes<Id extends string>(
  operations: Readonly<Record<Id, ScopedOperation>>,
  ids: readonly NoInfer<Id>[],
): string[] {
  const needs = ids.map((id) => {
    if (!Object.hasOwn(operations, id)) throw new ApiError('invalid_option', `There is no operation "${id}".`)
    return operations[id].scopes ?? []
  })
  const allow = (scopes: ReadonlySet<string>): boolean =>
    needs.every((need) => need.length === 0 || need.some((together) => together.every((scope) => scopes.has(scope))))
  let least = new Set(needs.flatMap(([first]) => first ?? []))
  for (const scope of [...least].toSorted()) {
    const without = new Set([...least].filter((other) => other !== scope))
    if (allow(without)) least = without
  }
  return [...least].toSorted()
}
