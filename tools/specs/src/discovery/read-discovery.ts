import { arrayAt, isJsonObject, objectAt, stringOf, type Json, type JsonObject } from '../json.ts'
import { SpecsError } from '../specs-error.ts'

/** A Google Discovery document with its methods in one list, whatever tree of resources they hang on. */
export interface Discovery {
  readonly title: string
  readonly version: string
  /** Day of this state of the document, such as 20260708. */
  readonly revision: string | undefined
  /** Without a slash at the end. */
  readonly baseUrl: string
  readonly scopes: Readonly<Record<string, string>>
  /** Parameters that every method takes. */
  readonly parameters: readonly NamedValue[]
  readonly methods: readonly DiscoveryMethod[]
  readonly schemas: Readonly<Record<string, JsonObject>>
}

export interface NamedValue {
  readonly name: string
  readonly value: JsonObject
}

export interface DiscoveryMethod {
  /** Such as `calendar.events.list`. */
  readonly id: string
  /** Names of the resources it hangs on, outermost first; none at the top of an API. */
  readonly resources: readonly string[]
  readonly httpMethod: string
  /** Below the base URL, with a slash at the start. */
  readonly path: string
  readonly parameters: readonly NamedValue[]
  /** Name of the body's schema. */
  readonly request: string | undefined
  readonly response: string | undefined
  /** Alternatives: any one of them suffices. */
  readonly scopes: readonly string[]
  readonly value: JsonObject
}

/** Tells whether a document is a Discovery document, whole or reduced to its machine-readable facts. */
export function isDiscovery(document: JsonObject): boolean {
  return (
    document['kind'] === 'discovery#restDescription' ||
    (isJsonObject(document['resources']) && isJsonObject(document['schemas']) && 'servicePath' in document)
  )
}

/**
 * Reads a Discovery document (https://developers.google.com/discovery/v1/reference/apis, 2026). The same facts
 * without prose are read too: there, parameters and scopes are lists, and schemas are named instead of referred to.
 */
export function readDiscovery(document: JsonObject, name: string): Discovery {
  const about = objectAt(document, 'about')
  const api = stringOf(document['name']) ?? stringOf(about['api'])
  const root = stringOf(document['rootUrl'])
  if (api === undefined || root === undefined) throw invalid(name, 'it has no name or no rootUrl')
  return {
    title: stringOf(document['title']) ?? api,
    version: stringOf(document['version']) ?? stringOf(about['version']) ?? '',
    revision: stringOf(document['revision']) ?? stringOf(about['discoveryRevision']),
    baseUrl: `${root}${stringOf(document['servicePath']) ?? ''}`.replace(/\/+$/, ''),
    scopes: scopesOf(document),
    parameters: namedValues(document['parameters'] ?? document['commonParameters']),
    methods: methodsOf(document, []).map(({ value, resources }) => readMethod(value, resources, name)),
    schemas: Object.fromEntries(namedValues(document['schemas']).map(({ name: schema, value }) => [schema, value])),
  }
}

function scopesOf(document: JsonObject): Record<string, string> {
  const listed = arrayAt(document, 'oauth2Scopes').map((scope) => [String(scope), ''])
  const described = Object.entries(objectAt(document, 'auth', 'oauth2', 'scopes')).map(([scope, value]) => [
    scope,
    stringOf(objectAt(value)['description']) ?? '',
  ])
  return Object.fromEntries([...listed, ...described])
}

/** A map by name, or a list whose members carry their name. Sorted, so that both give the same. */
function namedValues(value: Json | undefined): NamedValue[] {
  const entries: NamedValue[] = Array.isArray(value)
    ? value.filter(isJsonObject).map((member) => ({ name: String(member['name']), value: member }))
    : Object.entries(objectAt(value)).map(([name, member]) => ({ name, value: objectAt(member) }))
  return entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

interface Hanging {
  readonly value: JsonObject
  readonly resources: readonly string[]
}

function methodsOf(holder: JsonObject, resources: readonly string[]): Hanging[] {
  const own = Object.values(objectAt(holder, 'methods'))
    .filter(isJsonObject)
    .map((value) => ({ value, resources }))
  const below = Object.entries(objectAt(holder, 'resources')).flatMap(([resource, value]) =>
    methodsOf(objectAt(value), [...resources, resource]),
  )
  return [...own, ...below]
}

function readMethod(value: JsonObject, resources: readonly string[], name: string): DiscoveryMethod {
  const [id, httpMethod, path] = [value['id'], value['httpMethod'], value['path']].map(stringOf)
  if (id === undefined || httpMethod === undefined || path === undefined) {
    const where = `a method of ${resources.join('.') || 'the API'}`
    throw invalid(name, `${where} lacks its id, httpMethod or path`)
  }
  return {
    id,
    resources,
    httpMethod,
    path: `/${path.replace(/^\//, '')}`,
    parameters: namedValues(value['parameters']),
    request: schemaName(value['request']),
    response: schemaName(value['response']),
    scopes: arrayAt(value, 'scopes').map(String),
    value,
  }
}

function schemaName(value: Json | undefined): string | undefined {
  return stringOf(value) ?? stringOf(objectAt(value)['$ref'])
}

function invalid(name: string, reason: string): SpecsError {
  return new SpecsError('source_invalid', `${name} is not a Discovery document that can be read: ${reason}.`)
}
