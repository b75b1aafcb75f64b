import { objectAt, type JsonObject } from '../json.ts'
import { convertParameter } from './convert-parameter.ts'
import type { Discovery, DiscoveryMethod } from './read-discovery.ts'
import { requiredMembers } from './required-members.ts'

/** Name of the security scheme of every converted document. */
export const securityScheme = 'googleOAuth'

/** Converts a method to an operation. Its id is the method's without the API: `calendar.events.list` is `eventsList`. */
export function convertMethod(discovery: Discovery, method: DiscoveryMethod): JsonObject {
  const { description, deprecated } = method.value
  const body = method.request === undefined ? undefined : requestBody(discovery, method, method.request)
  return {
    operationId: operationId(method.id),
    tags: [tagOf(method)],
    ...(description === undefined ? {} : { description }),
    ...(deprecated === true ? { deprecated } : {}),
    ...(pages(discovery, method) ? { 'x-paging': 'token' } : {}),
    // Any one scope suffices: one requirement for each, not one that lists them all.
    security: method.scopes.map((scope) => ({ [securityScheme]: [scope] })),
    parameters: inOrder(method).map(convertParameter),
    ...(body === undefined ? {} : { requestBody: body }),
    responses: responses(method.response),
  }
}

export function tagOf({ id, resources }: DiscoveryMethod): string {
  return resources.length === 0 ? (id.split('.')[0] ?? id) : resources.join('.')
}

function operationId(methodId: string): string {
  const [first = '', ...more] = methodId.split('.').slice(1)
  return [first, ...more.map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`)].join('')
}

/** Members of the path in their order, then the others by name. */
function inOrder({ path, parameters }: DiscoveryMethod): DiscoveryMethod['parameters'] {
  const place = (name: string): number => {
    const at = path.search(new RegExp(`\\{\\+?${name}\\}`))
    return at === -1 ? path.length : at
  }
  return parameters.toSorted((a, b) => place(a.name) - place(b.name))
}

function requestBody(discovery: Discovery, method: DiscoveryMethod, request: string): JsonObject {
  const reference = { $ref: `#/components/schemas/${request}` }
  const required = requiredMembers(discovery.schemas[request] ?? {}, method.id)
  const schema = required === undefined ? reference : { ...required, allOf: [reference] }
  // With Google, PATCH means JSON Merge Patch: https://developers.google.com/workspace/calendar/api/guides/performance
  const merges = method.httpMethod === 'PATCH'
  return {
    ...(merges ? { 'x-merge-patch': true } : {}),
    required: true,
    content: { 'application/json': { schema } },
  }
}

/** Discovery names the answer's schema and no status. Without a schema nothing comes back, which is 204. */
function responses(response: string | undefined): JsonObject {
  if (response === undefined) return { '204': { description: 'Done.' } }
  const schema = { $ref: `#/components/schemas/${response}` }
  return { '200': { description: `${response}.`, content: { 'application/json': { schema } } } }
}

function pages({ schemas }: Discovery, { parameters, response = '' }: DiscoveryMethod): boolean {
  const members = objectAt(schemas[response], 'properties')
  return 'nextPageToken' in members && parameters.some(({ name }) => name === 'pageToken')
}
