import { readFileSync } from 'node:fs'
import { isObject } from '../check-option.ts'

/** A JSON pointer into the specification. */
export type Pointer = string

export interface ApiParameter {
  readonly name: string
  readonly in: 'query' | 'path' | 'header'
  readonly required: boolean
  readonly type: string
  readonly schema: Pointer
  /** Whether each item of a list is a parameter of its own; else commas stand between them. */
  readonly explode: boolean
  /** Of an object written with brackets (`deepObject`): the types of its members. */
  readonly members?: Readonly<Record<string, string>>
}

export interface ApiAnswer {
  /** Absent: no body. */
  readonly schema?: Pointer
  /** The error codes it documents. */
  readonly errorCodes: readonly string[]
}

/** One operation of an OpenAPI 3.1 document, as far as the sandbox needs it. */
export interface ApiOperation {
  readonly id: string
  readonly method: string
  /** Below the base path, as the document writes it. */
  readonly path: string
  /** What the person must be, whatever the scopes. */
  readonly role?: string
  /** Alternatives; each is a set of scopes that are all needed. */
  readonly scopes: readonly (readonly string[])[]
  /** The security schemes that these alternatives ask for. */
  readonly schemes: readonly (readonly string[])[]
  readonly parameters: readonly ApiParameter[]
  readonly body?: { readonly schema: Pointer; readonly required: boolean }
  /** By status; a whole class of them, `2XX`, stands under its first, 200, unless that is there itself. */
  readonly answers: ReadonlyMap<number, ApiAnswer>
}

export interface ApiSpec {
  readonly name: string
  readonly document: unknown
  /** Path of the server's URL. */
  readonly basePath: string
  readonly operations: readonly ApiOperation[]
}

/** Reads the specification that lies beside the sources, so that the package needs nothing from outside. */
export function loadApiSpec(name: string): ApiSpec {
  const text = readFileSync(new URL(`../../specs/${name}.gen.json`, import.meta.url), 'utf8')
  return readApiSpec(name, JSON.parse(text))
}

const methods = ['get', 'put', 'post', 'delete', 'patch']

function readApiSpec(name: string, document: unknown): ApiSpec {
  const server = member(at(document, '#/servers/0').value, 'url')
  const operations: ApiOperation[] = []
  for (const path of keysOf(at(document, '#/paths').value)) {
    const item = `#/paths/${escapePointer(path)}`
    for (const method of methods) {
      const pointer = `${item}/${method}`
      if (isObject(at(document, pointer).value))
        operations.push(readOperation(document, { path, method, item, pointer }))
    }
  }
  return { name, document, basePath: new URL(String(server)).pathname, operations }
}

interface OperationPlace {
  readonly path: string
  readonly method: string
  readonly item: Pointer
  readonly pointer: Pointer
}

function readOperation(document: unknown, { path, method, item, pointer }: OperationPlace): ApiOperation {
  const { value } = at(document, pointer)
  const parameters = [...listAt(document, `${item}/parameters`), ...listAt(document, `${pointer}/parameters`)]
  const body = at(document, `${pointer}/requestBody`)
  const role = member(value, 'x-role')
  const security = alternativesOf(member(value, 'security'))
  return {
    id: String(member(value, 'operationId')),
    method: method.toUpperCase(),
    path,
    ...(role === undefined ? {} : { role: String(role) }),
    scopes: security.map((alternative) => Object.values(alternative).flat().map(String)),
    schemes: security.map((alternative) => Object.keys(alternative)),
    parameters: parameters.map((each) => readParameter(document, each)),
    ...(isObject(body.value)
      ? { body: { schema: schemaOf(body.pointer), required: member(body.value, 'required') === true } }
      : {}),
    answers: readAnswers(document, `${pointer}/responses`),
  }
}

function alternativesOf(security: unknown): Record<string, unknown>[] {
  return Array.isArray(security) ? security.filter(isObject) : []
}

function readParameter(document: unknown, pointer: Pointer): ApiParameter {
  const place = at(document, pointer)
  const schema = at(document, `${place.pointer}/schema`)
  return {
    name: String(member(place.value, 'name')),
    in: placeOf(member(place.value, 'in')),
    required: member(place.value, 'required') === true,
    type: String(member(schema.value, 'type')),
    schema: schema.pointer,
    explode: member(place.value, 'explode') !== false,
    ...(member(place.value, 'style') === 'deepObject' ? { members: typesOf(document, schema.pointer) } : {}),
  }
}

function typesOf(document: unknown, schema: Pointer): Record<string, string> {
  const names = keysOf(at(document, `${schema}/properties`).value)
  const typeOf = (name: string): unknown => member(at(document, `${schema}/properties/${name}`).value, 'type')
  return Object.fromEntries(names.map((name) => [name, String(typeOf(name))]))
}

function placeOf(place: unknown): ApiParameter['in'] {
  return place === 'path' || place === 'header' ? place : 'query'
}

function readAnswers(document: unknown, pointer: Pointer): Map<number, ApiAnswer> {
  const answers = new Map<number, ApiAnswer>()
  for (const status of keysOf(at(document, pointer).value)) {
    const place = at(document, `${pointer}/${status}`)
    const hasBody = member(place.value, 'content') !== undefined
    const schema = schemaOf(place.pointer)
    const errorCodes = hasBody ? findErrorCodes(at(document, schema).value) : []
    const number = Number(status.replace('XX', '00'))
    if (status.endsWith('XX') && answers.has(number)) continue
    answers.set(number, { errorCodes, ...(hasBody ? { schema } : {}) })
  }
  return answers
}

/** The documents list error codes as an open enumeration in a part of the error's schema. */
function findErrorCodes(schema: unknown): string[] {
  const parts = member(schema, 'allOf')
  const candidates: unknown[] = Array.isArray(parts) ? parts : [schema]
  return candidates.flatMap((part) => {
    const codes = member(member(member(part, 'properties'), 'errorCode'), 'x-extensible-enum')
    return Array.isArray(codes) ? codes.map(String) : []
  })
}

function schemaOf(pointer: Pointer): Pointer {
  return `${pointer}/content/application~1json/schema`
}

function listAt(document: unknown, pointer: Pointer): Pointer[] {
  const { value } = at(document, pointer)
  return Array.isArray(value) ? value.map((_, index) => `${pointer}/${index}`) : []
}

/** Finds what a pointer names, through any number of references; the pointer returned leads there directly. */
function at(document: unknown, pointer: Pointer): { value: unknown; pointer: Pointer } {
  let value: unknown = document
  for (const step of pointer.split('/').slice(1)) value = member(value, unescapePointer(step))
  const reference = member(value, '$ref')
  return typeof reference === 'string' ? at(document, reference) : { value, pointer }
}

function member(value: unknown, key: string): unknown {
  if (Array.isArray(value)) return value[Number(key)]
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
}

function keysOf(value: unknown): string[] {
  return isObject(value) ? Object.keys(value) : []
}

function escapePointer(step: string): string {
  return step.replaceAll('~', '~0').replaceAll('/', '~1')
}

function unescapePointer(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~')
}
