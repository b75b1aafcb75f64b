import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { canonicalJson } from '../canonical-json.ts'
import { deriveWriteSchemas } from '../derive-write-schemas.ts'
import { isJsonObject, type Json, type JsonObject } from '../json.ts'
import { checkReferences } from '../lint/check-references.ts'
import { checkStructure } from '../lint/check-structure.ts'
import { listOperations } from '../list-operations.ts'
import { convertDiscovery } from './convert-discovery.ts'

// Many documents, each checked whole.
vi.setConfig({ testTimeout: 30_000 })

const names = ['Alpha', 'Beta', 'Gamma', 'Delta']
const reference = fc.constantFrom(...names)
const bound = fc.option(fc.nat(9).map(String), { nil: undefined })

const scalar = fc.record(
  {
    type: fc.constantFrom('string', 'integer', 'boolean', 'number'),
    format: fc.constantFrom('int32', 'int64', 'uint32', 'date', 'google-datetime', 'byte', 'google-duration'),
    description: fc.string(),
    readOnly: fc.boolean(),
    minimum: fc.nat(5).map(String),
    maximum: fc.integer({ min: 5, max: 9 }).map(String),
  },
  { requiredKeys: ['type'] },
)

/** Members of any shape. A schema by itself is always an object: Google has no others. */
const { schema } = fc.letrec<{ schema: object }>((tie) => ({
  schema: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    reference.map(($ref) => ({ $ref })),
    fc.record({ type: fc.constant('array'), items: tie('schema') }),
    fc.record({
      type: fc.constant('object'),
      properties: fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), tie('schema')),
    }),
    fc.record({ type: fc.constant('object'), additionalProperties: tie('schema') }),
  ),
}))

const topSchema = fc
  .dictionary(fc.stringMatching(/^[a-z]{1,5}$/), schema)
  .map((properties) => ({ type: 'object', properties }))

const parameter = fc.record(
  {
    type: fc.constantFrom('string', 'integer', 'boolean'),
    location: fc.constant('query'),
    repeated: fc.boolean(),
    minimum: bound,
    default: fc.constant('1'),
  },
  { requiredKeys: ['type', 'location'] },
)

const method = fc.record(
  {
    httpMethod: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE'),
    parameters: fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), parameter),
    request: reference.map(($ref) => ({ $ref })),
    response: reference.map(($ref) => ({ $ref })),
    scopes: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 }),
  },
  { requiredKeys: ['httpMethod', 'scopes'] },
)

/** Ids and paths follow from where a method stands, so that they differ. */
const resources = fc
  .dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), method))
  .map((byResource) =>
    Object.fromEntries(
      Object.entries(byResource).map(([resource, methods]) => [
        resource,
        {
          methods: Object.fromEntries(
            Object.entries(methods).map(([key, value]) => [
              key,
              { ...value, id: `made.${resource}.${key}`, path: `${resource}/${key}` },
            ]),
          ),
        },
      ]),
    ),
  )

const discovery = fc
  .record({
    resources,
    schemas: fc
      .tuple(topSchema, topSchema, topSchema, topSchema)
      .map((shapes) => Object.fromEntries(names.map((name, index) => [name, shapes[index]]))),
  })
  .map(
    (members) =>
      JSON.parse(
        JSON.stringify({
          kind: 'discovery#restDescription',
          name: 'made',
          version: 'v1',
          rootUrl: 'https://made.example.com/',
          auth: { oauth2: { scopes: { a: {}, b: {}, c: {} } } },
          ...members,
        }),
      ) as JsonObject,
  )

test('every method becomes one operation, with all its parameters and each of its scopes as an alternative', () => {
  fc.assert(
    fc.property(discovery, (document) => {
      const operations = new Map(listOperations(convertDiscovery(document, 'source')).map((one) => [one.path, one]))
      const methods = Object.values(
        (document as { resources: Record<string, { methods: Record<string, JsonObject> }> }).resources,
      ).flatMap((resource) => Object.values(resource.methods))
      expect(operations.size).toBe(methods.length)
      for (const { path, httpMethod, parameters = {}, scopes } of methods) {
        const operation = operations.get(`/${String(path)}`)
        expect(operation?.method).toBe(String(httpMethod).toLowerCase())
        expect(operation?.parameters.map(({ name }) => name).toSorted()).toStrictEqual(
          Object.keys(parameters as object).toSorted(),
        )
        expect(operation?.value['security']).toStrictEqual(
          (scopes as string[]).map((scope) => ({ googleOAuth: [scope] })),
        )
      }
    }),
  )
})

test('the result is OpenAPI 3.1 and all its references lead somewhere, before and after write schemas are derived', async () => {
  await fc.assert(
    fc.asyncProperty(discovery, async (document) => {
      const converted = convertDiscovery(document, 'source')
      for (const result of [converted, deriveWriteSchemas(converted)]) {
        expect(checkReferences(result)).toStrictEqual([])
        expect(await checkStructure(withAnOperation(result))).toStrictEqual([])
      }
    }),
    { numRuns: 10 },
  )
})

test('the order of members does not matter', () => {
  fc.assert(
    fc.property(discovery, (document) => {
      const turned = turn(document) as JsonObject
      expect(canonicalJson(convertDiscovery(turned, 'source'))).toBe(
        canonicalJson(convertDiscovery(document, 'source')),
      )
    }),
  )
})

function turn(value: Json): Json {
  if (Array.isArray(value)) return value.map(turn)
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, member]) => [key, turn(member)]),
  )
}

/** An API without any path is refused by the structure check alone, which is not what is asked here. */
function withAnOperation(document: JsonObject): JsonObject {
  return {
    ...document,
    paths: {
      '/x': { get: { operationId: 'x', responses: { '204': { description: 'X.' } } } },
      ...(document['paths'] as JsonObject),
    },
  }
}
