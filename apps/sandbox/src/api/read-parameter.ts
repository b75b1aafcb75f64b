import type { ApiParameter } from './api-spec.ts'

export type QueryValue = string | number | boolean | readonly string[] | QueryObject

/** An object written with brackets: `name[member]=value`, to any depth. */
export interface QueryObject {
  readonly [member: string]: QueryValue
}

/** Where the texts of parameters are found. */
export interface ParameterTexts {
  readonly search: URLSearchParams
  readonly headers: Headers
  readonly pathParameters: ReadonlyMap<string, string>
}

export type ParameterReading =
  /** The text is the first one as it was sent, which keeps every digit of a key. */
  { readonly value: QueryValue; readonly text: string } | 'missing' | 'malformed'

/** Reads one parameter as its specification writes it; whether the value fits the schema is not looked at. */
export function readParameter(parameter: ApiParameter, from: ParameterTexts): ParameterReading {
  if (parameter.members !== undefined) return readDeepObject(from.search, parameter.name, parameter.members)
  const texts = readTexts(parameter, from)
  const [text] = texts
  if (text === undefined || (parameter.required && text === '')) return 'missing'
  if (parameter.type === 'array') {
    return { value: parameter.explode ? texts : texts.flatMap((each) => each.split(',')), text }
  }
  return texts.length > 1 || text === '' ? 'malformed' : { value: convert(text, parameter.type), text }
}

function readTexts({ in: place, name }: ApiParameter, from: ParameterTexts): string[] {
  if (place === 'query') return from.search.getAll(name)
  if (place === 'header') {
    const text = from.headers.get(name)
    return text === null ? [] : [text]
  }
  return [decodeURIComponent(from.pathParameters.get(name) ?? '')]
}

/** Up to 19 digits, as 64-bit numbers have. */
function convert(text: string, type: string | undefined): string | number | boolean {
  if (type === 'integer' && /^-?\d{1,19}$/.test(text)) return Number(text)
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  return text
}

type OpenObject = { [member: string]: string | number | boolean | OpenObject }

function readDeepObject(
  search: URLSearchParams,
  name: string,
  types: Readonly<Record<string, string>>,
): ParameterReading {
  const value = emptyObject()
  for (const [key, text] of search) {
    const [, ...steps] = key.startsWith(`${name}[`) && key.endsWith(']') ? key.slice(0, -1).split(/\]?\[/) : []
    const [first] = steps
    if (first !== undefined && !putLeaf(value, steps, convert(text, types[first]))) return 'malformed'
  }
  return Object.keys(value).length === 0 ? 'missing' : { value, text: '' }
}

/** Puts a leaf where its steps lead; not where something stands already. */
function putLeaf(
  into: OpenObject,
  [step = '', ...deeper]: readonly string[],
  leaf: string | number | boolean,
): boolean {
  const present = into[step]
  if (deeper.length === 0) {
    if (present !== undefined) return false
    into[step] = leaf
    return true
  }
  if (present !== undefined && typeof present !== 'object') return false
  const next = present ?? emptyObject()
  into[step] = next
  return putLeaf(next, deeper, leaf)
}

/** Without a prototype, so that every name of a member is only that. */
function emptyObject(): OpenObject {
  return Object.create(null) as OpenObject
}
