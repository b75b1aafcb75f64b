import { expect, test } from 'vitest'
import { objectAt, type Json, type JsonObject } from '../json.ts'
import { listOperations } from '../list-operations.ts'
import { changeAt } from '../testing/change-at.ts'
import { smallDiscovery, smallFacts } from '../testing/small-discovery.ts'
import { convertDiscovery } from './convert-discovery.ts'

const converted = (document = smallDiscovery()): JsonObject => convertDiscovery(document, 'source.json')

const list = objectAt(converted(), 'paths', '/folders/{folderId}/notes', 'get')
const insert = objectAt(converted(), 'paths', '/folders/{folderId}/notes', 'post')
const note = objectAt(converted(), 'components', 'schemas', 'Note', 'properties')

test('title, version and address are those of the document', () => {
  expect(converted()).toMatchObject({
    openapi: '3.1.0',
    info: { title: 'Notes API', version: 'v1' },
    servers: [{ url: 'https://notes.example.com/notes/v1' }],
    tags: [{ name: 'notes' }, { name: 'notes.drafts' }],
  })
})

test('every method is an operation, under the name that it has below the API', () => {
  expect(listOperations(converted()).map(({ method, path, id }) => `${method} ${path} ${id}`)).toStrictEqual([
    'patch /drafts/{draft} notesDraftsPatch',
    'get /folders/{folderId}/notes notesList',
    'post /folders/{folderId}/notes notesInsert',
  ])
})

test('a method at the top of an API is one too', () => {
  const methods = { ping: { id: 'notes.ping', httpMethod: 'GET', path: 'ping' } }
  expect(objectAt(converted({ ...smallDiscovery(), methods }), 'paths', '/ping', 'get')).toMatchObject({
    operationId: 'ping',
    tags: ['notes'],
    responses: { '204': {} },
  })
})

test('scopes are alternatives: one requirement each', () => {
  expect(list['security']).toStrictEqual([
    { googleOAuth: ['https://example.com/all'] },
    { googleOAuth: ['https://example.com/read'] },
  ])
})

test('parameters stand path first, with numbers where Discovery writes text', () => {
  expect(list['parameters']).toStrictEqual([
    { name: 'folderId', in: 'path', required: true, schema: { type: 'string' } },
    {
      name: 'label',
      in: 'query',
      style: 'form',
      explode: true,
      schema: { type: 'array', items: { type: 'string', enum: ['A', 'B'], 'x-enum-descriptions': ['First.', ''] } },
    },
    {
      name: 'maxResults',
      in: 'query',
      schema: { type: 'integer', format: 'uint32', default: 50, minimum: 1, maximum: 250 },
    },
    { name: 'pageToken', in: 'query', schema: { type: 'string' } },
  ])
})

test('shared parameters are components that every path takes, but no credentials and no other formats', () => {
  const document = converted()
  expect(Object.keys(objectAt(document, 'components', 'parameters'))).toStrictEqual(['fields'])
  for (const item of Object.values(objectAt(document, 'paths'))) {
    expect(item).toMatchObject({ parameters: [{ $ref: '#/components/parameters/fields' }] })
  }
})

test('what a method requires stands at its body, also inside objects', () => {
  expect(insert['requestBody']).toStrictEqual({
    required: true,
    content: {
      'application/json': {
        schema: {
          type: 'object',
          required: ['text'],
          properties: { text: {}, place: { type: 'object', required: ['name'], properties: { name: {} } } },
          allOf: [{ $ref: '#/components/schemas/Note' }],
        },
      },
    },
  })
})

test('a PATCH merges and requires nothing', () => {
  expect(objectAt(converted(), 'paths', '/drafts/{draft}', 'patch')).toMatchObject({
    deprecated: true,
    requestBody: {
      'x-merge-patch': true,
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Note' } } },
    },
    responses: { '204': { description: 'Done.' } },
  })
})

test('a list whose answer leads on comes in pages', () => {
  expect(list['x-paging']).toBe('token')
  expect(insert).not.toHaveProperty('x-paging')
  const schemas = ['schemas', 'NoteList', 'properties', 'nextPageToken']
  const withoutNext = converted(changeAt(smallDiscovery(), schemas, undefined))
  expect(objectAt(withoutNext, 'paths', '/folders/{folderId}/notes', 'get')).not.toHaveProperty('x-paging')
})

test.each<[member: string, schema: Json]>([
  ['id', { type: 'string', format: 'int64', readOnly: true }],
  ['text', { type: 'string' }],
  ['state', { type: 'string', 'x-extensible-enum': ['OPEN', 'DONE'], 'x-enum-descriptions': ['', 'No more.'] }],
  ['pinned', { type: 'boolean', default: false }],
  ['weight', { type: 'number', format: 'double', default: 1.5 }],
  ['size', { type: 'integer', format: 'uint32', minimum: 0 }],
  ['at', { type: 'string', format: 'date-time' }],
  ['day', { type: 'string', format: 'date' }],
  ['wait', { type: 'string', pattern: String.raw`^-?\d+(\.\d+)?s$` }],
  ['mask', { type: 'string' }],
  ['raw', { type: 'string', contentEncoding: 'base64url' }],
  ['labels', { type: 'object', additionalProperties: { type: 'string' } }],
  ['anything', {}],
  ['open', { type: 'object', additionalProperties: true }],
  ['place', { type: 'object', properties: { name: { type: 'string' } } }],
  ['author', { $ref: '#/components/schemas/Person', description: 'Who wrote it.' }],
])('the member %s keeps what it says', (member, schema) => {
  expect(note[member]).toStrictEqual(schema)
})

test('a member may require itself', () => {
  expect(objectAt(converted(), 'components', 'schemas', 'Person')).toStrictEqual({
    type: 'object',
    properties: { name: { type: 'string' } },
    required: ['name'],
  })
})

test('the facts of a document without its prose give the same', () => {
  const facts = convertDiscovery({ ...smallFacts(), title: 'Notes API' }, 'source.json')
  expect(withoutProse(facts)).toStrictEqual(withoutProse(converted()))
})

/** Prose of the document is gone where the facts never had it: descriptions, and those of scopes. */
function withoutProse(document: JsonObject): unknown {
  return JSON.parse(
    JSON.stringify(document, (key, value: unknown) => {
      if (key === 'scopes') return Object.keys(value as object)
      return key === 'description' ? undefined : value
    }),
  )
}
