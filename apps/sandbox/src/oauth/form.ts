/** Parameters of a query or form, each at most once, as OAuth demands. */
export type Parameters = ReadonlyMap<string, string>

/** Returns the parameters, or the name of one that stands twice. Parameters without a value count as left out. */
export function readParameters(search: URLSearchParams): Parameters | { readonly repeated: string } {
  const parameters = new Map<string, string>()
  const seen = new Set<string>()
  for (const [name, value] of search) {
    if (seen.has(name)) return { repeated: name }
    seen.add(name)
    if (value !== '') parameters.set(name, value)
  }
  return parameters
}

/** Splits a scope parameter into its distinct scopes. */
export function splitScopes(scope: string): string[] {
  return [...new Set(scope.split(' ').filter((each) => each !== ''))]
}
