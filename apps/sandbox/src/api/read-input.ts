import type { Call } from '../call.ts'
import type { ApiOperation, ApiParameter } from './api-spec.ts'
import type { RouteMatch } from './route-table.ts'
import type { SchemaChecker, SchemaProblem } from './schema-checker.ts'

/** What is wrong with a request, before a vendor's words are put on it. */
export type InputProblem =
  | { readonly type: 'parameter'; readonly parameter: ApiParameter; readonly missing: boolean }
  | { readonly type: 'too_large' }
  | { readonly type: 'not_json' }
  | { readonly type: 'no_body' }
  | { readonly type: 'body'; readonly problems: readonly SchemaProblem[] }

export type QueryValue = string | number | boolean | readonly string[]

export interface ApiInput {
  readonly path: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, QueryValue>>
  /** By the names in the specification. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

/** Reads path, query, headers and body of a request and checks them against the specification. */
export function readInput(call: Call, route: RouteMatch, checker: SchemaChecker): ApiInput | { problem: InputProblem } {
  const path: Record<string, string> = {}
  const query: Record<string, QueryValue> = {}
  const headers: Record<string, string> = {}
  for (const parameter of route.operation.parameters) {
    const { name, required, schema } = parameter
    const texts = readTexts(parameter, call, route)
    if (texts === undefined) return wrong(parameter)
    if (texts.length === 0 || (required && texts[0] === '')) {
      if (required) return { problem: { type: 'parameter', parameter, missing: true } }
      continue
    }
    const value = readValue(texts, parameter)
    if (value === undefined || checker.check(schema, value).length > 0) return wrong(parameter)
    if (parameter.in === 'query') query[name] = value
    else (parameter.in === 'path' ? path : headers)[name] = String(value)
  }
  const body = readJsonBody(call, route.operation, checker)
  return 'problem' in body ? body : { path, query, headers, body: body.value }
}

/** Returns the value of a parameter; nothing if it is empty, or there are several and one is wanted. */
function readValue(texts: readonly string[], { type }: ApiParameter): QueryValue | undefined {
  if (type === 'array') return texts
  const [text = ''] = texts
  return texts.length > 1 || text === '' ? undefined : convert(text, type)
}

function wrong(parameter: ApiParameter): { problem: InputProblem } {
  return { problem: { type: 'parameter', parameter, missing: false } }
}

/** Returns the values given, or nothing if one cannot be decoded. */
function readTexts({ in: place, name }: ApiParameter, call: Call, route: RouteMatch): string[] | undefined {
  if (place === 'query') return call.url.searchParams.getAll(name)
  if (place === 'header') {
    const text = call.request.headers.get(name)
    return text === null ? [] : [text]
  }
  try {
    return [decodeURIComponent(route.pathParameters.get(name) ?? '')]
  } catch {
    return undefined
  }
}

function convert(text: string, type: string): string | number | boolean {
  if (type === 'integer' && /^-?\d{1,15}$/.test(text)) return Number(text)
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  return text
}

function readJsonBody(
  { body, request }: Call,
  { body: wanted }: ApiOperation,
  checker: SchemaChecker,
): { value: unknown } | { problem: InputProblem } {
  if (body === undefined) return { problem: { type: 'too_large' } }
  if (wanted === undefined) return { value: undefined }
  if (body.byteLength === 0) {
    return wanted.required ? { problem: { type: 'no_body' } } : { value: undefined }
  }
  if (!/^application\/json\s*(;|$)/i.test(request.headers.get('content-type') ?? '')) {
    return { problem: { type: 'not_json' } }
  }
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    return { problem: { type: 'not_json' } }
  }
  const problems = checker.check(wanted.schema, value)
  return problems.length === 0 ? { value } : { problem: { type: 'body', problems } }
}
