import { readFileSync } from 'node:fs'
import type { OperationId } from './calls.ts'

interface Answer {
  readonly content?: Readonly<Record<string, unknown>>
}

interface Documented {
  readonly operationId: OperationId
  readonly responses: Readonly<Record<string, Answer>>
}

type Json = Readonly<Record<string, unknown>>

const document = JSON.parse(
  readFileSync(new URL('../../../specs/goto-voice/openapi.json', import.meta.url), 'utf8'),
) as Json

/** The operations of the specification this package is generated from, read anew, not from the generated table. */
export const documented: ReadonlyMap<OperationId, Documented> = new Map(
  Object.values(document['paths'] as Json)
    .flatMap((item) => Object.values(item as Json))
    .filter((value): value is Documented => typeof value === 'object' && value !== null && 'operationId' in value)
    .map((operation) => [operation.operationId, operation]),
)

/** The error statuses of an operation, each with one code it may carry. */
export function errorsOf({ responses }: Documented): { status: number; errorCode: string }[] {
  return Object.entries(responses)
    .filter(([status]) => Number(status) >= 400)
    .map(([status, answer]) => ({ status: Number(status), errorCode: firstCode(answer) ?? 'UNKNOWN_ERROR' }))
}

function firstCode(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if ('$ref' in value) return firstCode(resolve(String(value.$ref)))
  if ('x-extensible-enum' in value) return (value['x-extensible-enum'] as string[])[0]
  return Object.values(value)
    .map(firstCode)
    .find((code) => code !== undefined)
}

function resolve(reference: string): unknown {
  return reference
    .split('/')
    .slice(1)
    .reduce<unknown>((at, member) => (at as Json)[member], document)
}
