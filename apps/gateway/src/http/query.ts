/** Tells whether a query names a parameter, however the name is encoded. */
export function hasParameter(query: string, name: string): boolean {
  return pairsOf(query).some((pair) => nameOf(pair) === name)
}

/** The decoded values of a parameter, in order. */
export function valuesOf(query: string, name: string): readonly string[] {
  return new URLSearchParams(query).getAll(name)
}

/** Takes parameters out and leaves every other byte, order and duplicate as it is. */
export function withoutParameters(query: string, names: readonly string[]): string {
  const kept = pairsOf(query).filter((pair) => !names.includes(nameOf(pair)))
  return kept.length === 0 ? '' : `?${kept.join('&')}`
}

/** Puts a parameter at the end. */
export function withParameter(query: string, name: string, value: string): string {
  const pair = `${encodeURIComponent(name)}=${encodeURIComponent(value)}`
  return query === '' ? `?${pair}` : `${query}&${pair}`
}

function pairsOf(query: string): readonly string[] {
  return query === '' ? [] : query.slice(1).split('&')
}

function nameOf(pair: string): string {
  const [name = ''] = new URLSearchParams(pair).keys()
  return name
}
