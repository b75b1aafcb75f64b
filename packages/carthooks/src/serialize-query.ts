import { isPlainObject } from './plain-object.ts'

/** Lists that are one text; every other one is the same parameter several times. */
const commaSeparated: ReadonlySet<string> = new Set(['fields'])

/**
 * Writes a query as the vendor's SDKs do: `filters[f_1001][$eq]=open`, `pagination[page]=1`, `sort=a&sort=b`,
 * `fields=a,b`, everything percent-encoded. What is undefined or empty is left out. Throws a TypeError for what the query
 * cannot hold.
 */
export function serializeQuery(query: Record<string, unknown>): string {
  return Object.entries(query)
    .flatMap(([name, value]) => (Array.isArray(value) ? pairsOfList(name, value) : pairsOf(name, value)))
    .map((pair) => pair.map(encodeURIComponent).join('='))
    .join('&')
}

function pairsOfList(name: string, values: readonly unknown[]): [string, string][] {
  const texts = values.map((value) => textOf(name, value))
  if (!commaSeparated.has(name)) return texts.map((text) => [name, text])
  if (texts.some((text) => text.includes(','))) throw new TypeError(`No member of ${name} may hold a comma.`)
  return texts.length === 0 ? [] : [[name, texts.join(',')]]
}

function pairsOf(name: string, value: unknown): [string, string][] {
  if (value === undefined) return []
  if (!isPlainObject(value)) return [[name, textOf(name, value)]]
  return Object.entries(value).flatMap(([key, member]) => {
    if (key === '' || /[[\]]/.test(key)) throw new TypeError(`A key in ${name} is empty or holds a bracket.`)
    return pairsOf(`${name}[${key}]`, member)
  })
}

function textOf(name: string, value: unknown): string {
  if (typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)) return String(value)
  throw new TypeError(`${name} can be a text, a number or a boolean. Write times as whole seconds since 1970.`)
}
