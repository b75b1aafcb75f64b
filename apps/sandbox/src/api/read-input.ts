import type { Call } from '../call.ts'
import { hasMalformedPercentCode } from '../percent-codes.ts'
import type { ApiOperation, ApiParameter } from './api-spec.ts'
import { type QueryValue, readParameter } from './read-parameter.ts'
import type { RouteMatch } from './route-table.ts'
import type { SchemaChecker, SchemaProblem } from './schema-checker.ts'

/** What is wrong with a request, before a vendor's words are put on it. */
export type InputProblem =
  | { readonly type: 'malformed_address' }
  | { readonly type: 'parameter'; readonly parameter: ApiParameter; readonly missing: boolean }
  | { readonly type: 'too_large' }
  | { readonly type: 'not_json' }
  | { readonly type: 'no_body' }
  | { readonly type: 'body'; readonly problems: readonly SchemaProblem[] }

export interface ApiInput {
  readonly path: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, QueryValue>>
  /** By the names in the specification. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

/** Reads path, query, headers and body of a request and checks them against the specification. */
export function readInput(
  call: Call,
  { operation, pathParameters }: RouteMatch,
  { search, checker }: { readonly search: URLSearchParams; readonly checker: SchemaChecker },
): ApiInput | { problem: InputProblem } {
  if (hasMalformedPercentCode(call.url.pathname + call.url.search)) return { problem: { type: 'malformed_address' } }
  const path: Record<string, string> = {}
  const query: Record<string, QueryValue> = {}
  const headers: Record<string, string> = {}
  const from = { search, headers: call.request.headers, pathParameters }
  for (const parameter of operation.parameters) {
    const reading = readParameter(parameter, from)
    if (reading === 'missing') {
      if (parameter.required) return { problem: { type: 'parameter', parameter, missing: true } }
      continue
    }
    if (reading === 'malformed' || checker.check(parameter.schema, reading.value).length > 0) {
      return { problem: { type: 'parameter', parameter, missing: false } }
    }
    if (parameter.in === 'query') query[parameter.name] = reading.value
    else (parameter.in === 'path' ? path : headers)[parameter.name] = reading.text
  }
  const body = readJsonBody(call, operation, checker)
  return 'problem' in body ? body : { path, query, headers, body: body.value }
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
