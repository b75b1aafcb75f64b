import { readFileSync } from 'node:fs'

type Json = Readonly<Record<string, unknown>>

/** One answer an operation documents. */
export interface DocumentedAnswer {
  readonly status: string
  /** Absent where the answer has no body. */
  readonly example: unknown
}

export interface Spec {
  readonly document: Json
  /** The answers of every operation, by its id. */
  readonly operations: ReadonlyMap<string, readonly DocumentedAnswer[]>
}

/** Reads the document a package is generated from, anew and not through anything generated. */
export function readSpec(api: string): Spec {
  const path = new URL(`../../../specs/${api}/openapi.json`, import.meta.url)
  const document = JSON.parse(readFileSync(path, 'utf8')) as Json
  const operations = Object.values(document['paths'] as Json)
    .flatMap((item) => Object.values(item as Json))
    .filter((value): value is Json => typeof value === 'object' && value !== null && 'operationId' in value)
  return {
    document,
    operations: new Map(operations.map((value) => [String(value['operationId']), answersOf(document, value)])),
  }
}

function answersOf(document: Json, operation: Json): DocumentedAnswer[] {
  return Object.entries(operation['responses'] as Json).map(([status, value]) => {
    const response = resolve(document, value as Json)
    const content = Object.values((response['content'] ?? {}) as Json)[0] as Json | undefined
    return { status, example: content?.['example'] }
  })
}

function resolve(document: Json, value: Json): Json {
  const reference = value['$ref']
  if (typeof reference !== 'string') return value
  const steps = reference.split('/').slice(1)
  return steps.reduce<unknown>((at, member) => (at as Json)[member], document) as Json
}
