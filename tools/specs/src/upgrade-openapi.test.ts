import { expect, test } from 'vitest'
import type { JsonObject } from './json.ts'
import { upgradeOpenapi } from './upgrade-openapi.ts'

function upgraded(schema: JsonObject): unknown {
  const document = upgradeOpenapi({ openapi: '3.0.3', components: { schemas: { A: schema } } })
  return (document as { components?: { schemas?: { A?: unknown } } }).components?.schemas?.A
}

test.each<[name: string, before: JsonObject, after: JsonObject]>([
  ['a nullable type', { type: 'string', nullable: true }, { type: ['string', 'null'] }],
  ['a type that says it is not nullable', { type: 'string', nullable: false }, { type: 'string' }],
  [
    'a nullable list of values',
    { type: 'string', enum: ['A'], nullable: true },
    { type: ['string', 'null'], enum: ['A', null] },
  ],
  [
    'a nullable reference',
    { $ref: '#/components/schemas/B', description: 'B.', nullable: true },
    { description: 'B.', anyOf: [{ $ref: '#/components/schemas/B' }, { type: 'null' }] },
  ],
  [
    'a nullable composition',
    { allOf: [{ $ref: '#/components/schemas/B' }], nullable: true },
    { anyOf: [{ allOf: [{ $ref: '#/components/schemas/B' }] }, { type: 'null' }] },
  ],
  ['nullable alone, which says nothing', { nullable: true }, {}],
  [
    'exclusive bounds',
    { minimum: 1, exclusiveMinimum: true, maximum: 9, exclusiveMaximum: false },
    { exclusiveMinimum: 1, maximum: 9 },
  ],
  [
    'a member called nullable',
    { properties: { nullable: { type: 'boolean' } } },
    { properties: { nullable: { type: 'boolean' } } },
  ],
  ['a default that looks like a schema', { default: { nullable: true } }, { default: { nullable: true } }],
])('%s', (_name, before, after) => {
  expect(upgraded(before)).toStrictEqual(after)
})

test('the source is left alone', () => {
  const source = { openapi: '3.0.3', components: { schemas: { A: { type: 'string', nullable: true } } } }
  const before = structuredClone(source)
  upgradeOpenapi(source)
  expect(source).toStrictEqual(before)
})
