import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '../json.ts'
import { changeAt } from '../testing/change-at.ts'
import { smallDocument } from '../testing/small-document.ts'
import { compareDocuments } from './compare-documents.ts'

type Path = readonly (string | number)[]

const list = ['paths', '/things', 'get']
const patch = ['paths', '/things/{thingId}', 'patch']
const thing = ['components', 'schemas', 'Thing']
const kind = [...thing, 'properties', 'kind']
const error = ['components', 'schemas', 'Error']
const newOperation = { operationId: 'createThing', responses: {} }
const limit = { name: 'limit', in: 'query', schema: { type: 'integer' } }

/** Changes one place and tells the differences, as `sign bump where: what`. */
function told(path: Path, value: Json | undefined, before: JsonObject = smallDocument()): string[] {
  const after = changeAt(structuredClone(before), path, value)
  return compareDocuments(before, after).map(({ kind: how, bump, where, what }) => `${how} ${bump} ${where}: ${what}`)
}

function withAt(path: Path, value: Json): JsonObject {
  return changeAt(smallDocument(), path, value)
}

test('a document and its copy say the same', () => {
  expect(compareDocuments(smallDocument(), smallDocument())).toStrictEqual([])
})

describe('operations', () => {
  test.each<[name: string, path: Path, value: Json | undefined, told: string[]]>([
    ['a new one', ['paths', '/things', 'post'], newOperation, ['added minor createThing: operation']],
    ['one that is gone', list, undefined, ['removed major listThings: operation']],
    ['another id', [...list, 'operationId'], 'allThings', ['changed major allThings: its id, was listThings']],
    ['a new optional parameter', [...list, 'parameters', 2], limit, ['added minor listThings query limit: parameter']],
    [
      'a new required parameter',
      [...list, 'parameters', 2],
      { ...limit, required: true },
      ['added major listThings query limit: required parameter'],
    ],
    [
      'a parameter that is gone',
      [...list, 'parameters', 1],
      undefined,
      ['removed major listThings query pageSize: parameter'],
    ],
    [
      'a parameter that is required by now',
      [...list, 'parameters', 1, 'required'],
      true,
      ['changed major listThings query pageSize: is required'],
    ],
    [
      'the type of a parameter',
      [...list, 'parameters', 1, 'schema', 'type'],
      'string',
      ['changed major listThings query pageSize: is string, was integer'],
    ],
    [
      'the limits of a parameter',
      [...list, 'parameters', 1, 'schema', 'maximum'],
      9,
      ['changed patch listThings query pageSize: its maximum'],
    ],
    [
      'a body that is required by now',
      [...patch, 'requestBody', 'required'],
      true,
      ['changed major updateThing body: is required'],
    ],
    ['a body that is gone', [...patch, 'requestBody'], undefined, ['removed major updateThing body: body']],
    [
      'a body of another kind',
      [...patch, 'requestBody', 'content'],
      { 'text/plain': { schema: { type: 'string' } } },
      ['removed major updateThing body: content', 'added major updateThing body text/plain: content'],
    ],
    [
      'a new success',
      [...list, 'responses', '204'],
      { description: 'Nothing.' },
      ['added major listThings 204: answer'],
    ],
    ['a new error', [...list, 'responses', '404'], { description: 'No.' }, ['added minor listThings 404: answer']],
    ['an error that is gone', [...list, 'responses', '400'], undefined, ['removed minor listThings 400: answer']],
    [
      'one more scope that suffices',
      [...list, 'security', 1],
      { oauth: ['things.all'] },
      ['added minor listThings scopes: things.all'],
    ],
    [
      'one scope less that suffices',
      [...patch, 'security', 1],
      undefined,
      ['removed major updateThing scopes: things.all'],
    ],
    [
      'one more scope that is needed',
      [...list, 'security', 0, 'oauth', 1],
      'things.write',
      ['removed major listThings scopes: things.read', 'added minor listThings scopes: things.read and things.write'],
    ],
    ['the same scopes in another order', [...patch, 'security', 0, 'oauth'], ['things.write', 'things.read'], []],
    ['a role', [...list, 'x-role'], 'admin', ['changed major listThings: x-role is admin, was absent']],
    [
      'no paging any more',
      [...list, 'x-paging'],
      undefined,
      ['changed major listThings: x-paging is gone, was marker'],
    ],
    [
      'that it may be repeated',
      [...patch, 'x-idempotent'],
      true,
      ['changed minor updateThing: x-idempotent is true, was absent'],
    ],
    ['other words', [...list, 'description'], 'Gives things.', ['changed patch listThings: its description']],
    ['the example', [...list, 'parameters', 1, 'example'], 7, []],
    [
      'the server',
      ['servers', 0, 'url'],
      'https://b.example.com',
      ['changed major server: is https://b.example.com, was https://api.example.com/small/v1'],
    ],
  ])('%s', (_name, path, value, expected) => {
    expect(told(path, value).toSorted()).toStrictEqual(expected.toSorted())
  })

  test('one that moved is the same one elsewhere', () => {
    const before = smallDocument()
    const after = smallDocument()
    const { paths } = after as { paths: JsonObject }
    paths['/stuff'] = paths['/things'] ?? null
    delete paths['/things']
    expect(compareDocuments(before, after)).toStrictEqual([
      { kind: 'changed', bump: 'major', where: 'listThings', what: 'is GET /stuff, was GET /things' },
    ])
  })

  test('a parameter that is written out instead of referred to is the same', () => {
    const { components } = smallDocument() as { components: { parameters: { pageMarker: Json } } }
    expect(told([...list, 'parameters', 0], components.parameters.pageMarker)).toStrictEqual([])
  })
})

describe('schemas that are sent and received', () => {
  test.each<[name: string, path: Path, value: Json | undefined, told: string[]]>([
    ['a new member', [...thing, 'properties', 'size'], { type: 'integer' }, ['added minor Thing.size: member']],
    ['a member that is gone', kind, undefined, ['removed major Thing.kind: member']],
    ['a member that is required by now', [...thing, 'required', 1], 'kind', ['changed major Thing.kind: is required']],
    [
      'a member that is no longer required',
      [...thing, 'required'],
      [],
      ['changed major Thing.id: is no longer required'],
    ],
    ['a type', [...kind, 'type'], 'integer', ['changed major Thing.kind: is integer, was string']],
    ['a type that may be null', [...kind, 'type'], ['string', 'null'], ['changed major Thing.kind: may be null']],
    [
      'a type that may no longer be null',
      [...thing, 'properties', 'phone', 'type'],
      ['string'],
      ['changed major Thing.phone: may no longer be null'],
    ],
    [
      'one more known value',
      [...kind, 'x-extensible-enum', 2],
      'NEW',
      ['changed minor Thing.kind: NEW is a known value'],
    ],
    [
      'one known value less',
      [...kind, 'x-extensible-enum', 0],
      undefined,
      ['changed minor Thing.kind: OLD is no longer a known value'],
    ],
    [
      'a number that is text in the types',
      [...kind, 'format'],
      'int64',
      ['changed major Thing.kind: its format is int64, was none'],
    ],
    ['words', [...kind, 'description'], 'Which.', ['changed patch Thing.kind: its description']],
    ['a format that types do not show', [...kind, 'format'], 'uri', ['changed patch Thing.kind: its format']],
    [
      'members of any name',
      [...thing, 'additionalProperties'],
      false,
      ['changed major Thing: what other members it takes'],
    ],
  ])('%s', (_name, path, value, expected) => {
    expect(told(path, value)).toStrictEqual(expected)
  })
})

describe('the direction decides', () => {
  test.each<[name: string, path: Path, value: Json, told: string]>([
    [
      'what is received and may be null breaks who reads it',
      [...error, 'properties', 'code', 'type'],
      ['string', 'null'],
      'major',
    ],
    ['what is received and always there is a gain', [...error, 'required', 1], 'more', 'minor'],
  ])('%s', (_name, path, value, bump) => {
    const before = withAt([...error, 'properties', 'more'], { type: 'string' })
    expect(told(path, value, before).join()).toContain(` ${bump} Error.`)
  })

  const body = [...patch, 'requestBody', 'content', 'application/json', 'schema']
  const own = { type: 'object', properties: { a: { type: 'string', enum: ['X', 'Y'] }, b: { type: 'string' } } }
  test.each<[name: string, path: Path, value: Json | undefined, told: string]>([
    [
      'what is sent and may be null is a gain',
      [...body, 'properties', 'b', 'type'],
      ['string', 'null'],
      'changed minor updateThing body.b: may be null',
    ],
    [
      'a required member breaks who sends',
      [...body, 'required'],
      ['b'],
      'changed major updateThing body.b: is required',
    ],
    [
      'one more value is a gain',
      [...body, 'properties', 'a', 'enum', 2],
      'Z',
      'changed minor updateThing body.a: may be Z',
    ],
    [
      'one value less breaks who sends it',
      [...body, 'properties', 'a', 'enum', 0],
      undefined,
      'changed major updateThing body.a: may no longer be X',
    ],
  ])('%s', (_name, path, value, expected) => {
    expect(told(path, value, withAt(body, own))).toStrictEqual([expected])
  })

  test('a required member that is new breaks who sends, not who reads', () => {
    const before = withAt(body, own)
    const after = changeAt(
      changeAt(structuredClone(before), [...body, 'required'], ['c']),
      [...body, 'properties', 'c'],
      {},
    )
    expect(compareDocuments(before, after)).toMatchObject([{ kind: 'added', bump: 'major', what: 'required member' }])
  })
})

describe('the shape of a schema', () => {
  const part = [...list, 'responses', '200', 'content', 'application/json', 'schema']
  test('lists are compared by their items, and open objects by their values', () => {
    const before = withAt(part, { type: 'array', items: { type: 'object', additionalProperties: { type: 'string' } } })
    const items = [...part, 'items', 'additionalProperties', 'type']
    expect(told(items, 'integer', before)).toStrictEqual(['changed major listThings 200[].*: is integer, was string'])
  })

  test('a schema behind another name that says the same is the same', () => {
    const twin = changeAt(
      smallDocument(),
      ['components', 'schemas', 'Twin'],
      (smallDocument() as never)['components']['schemas']['ThingList'],
    )
    expect(told([...part, '$ref'], '#/components/schemas/Twin', twin)).toStrictEqual([])
  })

  test('compositions are compared part by part', () => {
    const before = withAt(part, { anyOf: [{ type: 'string' }, { type: 'integer' }] })
    expect(told([...part, 'anyOf', 1, 'type'], 'boolean', before)).toStrictEqual([
      'changed major listThings 200: is boolean, was integer',
    ])
    expect(told([...part, 'anyOf', 1], undefined, before)).toStrictEqual([
      'changed major listThings 200: anyOf has 1 parts, had 2',
    ])
  })

  test('a schema that refers to itself ends', () => {
    const node = { type: 'object', properties: { next: { $ref: '#/components/schemas/Node' } } }
    const other = { type: 'object', properties: { next: { $ref: '#/components/schemas/Copy' } } }
    const before = changeAt(withAt(['components', 'schemas', 'Node'], node), part, {
      $ref: '#/components/schemas/Node',
    })
    const after = changeAt(withAt(['components', 'schemas', 'Copy'], other), part, {
      $ref: '#/components/schemas/Copy',
    })
    expect(compareDocuments(before, after).map(({ where, kind: how }) => `${how} ${where}`)).toStrictEqual([
      'removed Node',
      'added Copy',
    ])
  })

  test('a schema that nothing uses counts as both', () => {
    const before = withAt(['components', 'schemas', 'Lone'], { type: 'object', properties: { a: { type: 'string' } } })
    const path = ['components', 'schemas', 'Lone', 'properties', 'a', 'type']
    expect(told(path, ['string', 'null'], before)).toStrictEqual(['changed major Lone.a: may be null'])
  })
})
