import { expect, test } from 'vitest'
import { deriveWriteSchemas } from './derive-write-schemas.ts'
import { isJsonObject, objectAt, type Json, type JsonObject } from './json.ts'
import { smallDocument } from './testing/small-document.ts'

const ref = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` })

/** A document whose one operation takes this schema as its body. */
function documentWith(schemas: JsonObject, body: JsonObject): JsonObject {
  const requestBody = { ...body, content: { 'application/json': { schema: ref('Note') } } }
  return {
    openapi: '3.1.0',
    paths: { '/notes': { post: { operationId: 'createNote', requestBody, responses: {} } } },
    components: { schemas },
  }
}

function derived(schemas: JsonObject, body: JsonObject = {}): { body: Json | undefined; schemas: JsonObject } {
  const document = deriveWriteSchemas(documentWith(schemas, body))
  const request = objectAt(document, 'paths', '/notes', 'post', 'requestBody')
  expect(request).not.toHaveProperty('x-merge-patch')
  return {
    body: objectAt(request, 'content', 'application/json')['schema'],
    schemas: objectAt(document, 'components', 'schemas'),
  }
}

const note = {
  type: 'object',
  required: ['id', 'text'],
  properties: { id: { type: 'string', readOnly: true }, text: { type: 'string', default: '' } },
}

test('what can only be read is not in the body, and what is read stays as it was', () => {
  const { body, schemas } = derived({ Note: note })
  expect(body).toStrictEqual(ref('NoteWrite'))
  expect(schemas).toStrictEqual({
    Note: note,
    NoteWrite: { type: 'object', required: ['text'], properties: { text: { type: 'string', default: '' } } },
  })
})

test('what can only be read is found behind references, in lists and in compositions', () => {
  const list = { type: 'object', properties: { notes: { type: 'array', items: ref('Page') } } }
  const page = { allOf: [ref('Paper')] }
  const { body, schemas } = derived({ Note: list, Page: page, Paper: note })
  expect(body).toStrictEqual(ref('NoteWrite'))
  expect(schemas).toMatchObject({
    NoteWrite: { properties: { notes: { items: ref('PageWrite') } } },
    PageWrite: { allOf: [ref('PaperWrite')] },
    PaperWrite: { properties: { text: {} } },
  })
})

test('a schema that refers to itself ends', () => {
  const self = { type: 'object', properties: { at: { type: 'string', readOnly: true }, parent: ref('Note') } }
  const { schemas } = derived({ Note: self })
  expect(schemas['NoteWrite']).toStrictEqual({ type: 'object', properties: { parent: ref('NoteWrite') } })
})

test('a schema that is read and written alike stays one', () => {
  const plain = { type: 'object', properties: { text: { type: 'string' }, parent: ref('Note') } }
  const { body, schemas } = derived({ Note: plain })
  expect(body).toStrictEqual(ref('Note'))
  expect(Object.keys(schemas)).toStrictEqual(['Note'])
})

test('x-write holds for what is sent only', () => {
  const limited = { type: 'string', 'x-write': { minLength: 5 } }
  const { schemas } = derived({
    Note: { type: 'object', properties: { id: limited }, 'x-write': { required: ['id'] } },
  })
  expect(schemas).toStrictEqual({
    Note: { type: 'object', properties: { id: { type: 'string' } } },
    NoteWrite: { type: 'object', properties: { id: { type: 'string', minLength: 5 } }, required: ['id'] },
  })
})

test('a patch needs nothing, takes null for everything, and promises no default', () => {
  const place = { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] }
  const { body, schemas } = derived(
    { Note: { ...note, properties: { ...note.properties, place: ref('Place') } }, Place: place },
    { 'x-merge-patch': true },
  )
  expect(body).toStrictEqual(ref('NotePatch'))
  expect(schemas['NotePatch']).toStrictEqual({
    type: 'object',
    properties: {
      text: { anyOf: [{ type: 'string' }, { type: 'null' }] },
      place: { anyOf: [ref('PlacePatch'), { type: 'null' }] },
    },
  })
  expect(schemas['PlacePatch']).toStrictEqual({
    type: 'object',
    properties: { name: { anyOf: [{ type: 'string' }, { type: 'null' }] } },
  })
})

test('a patch replaces a list as a whole, and takes single values out of a map', () => {
  const word = { type: 'object', properties: { text: { type: 'string' } }, 'x-write': { required: ['text'] } }
  const { schemas } = derived(
    {
      Note: {
        type: 'object',
        properties: { words: { type: 'array', items: ref('Word') } },
        additionalProperties: { type: 'string' },
      },
      Word: word,
    },
    { 'x-merge-patch': true },
  )
  expect(schemas['NotePatch']).toStrictEqual({
    type: 'object',
    properties: { words: { anyOf: [{ type: 'array', items: ref('WordWrite') }, { type: 'null' }] } },
    additionalProperties: { anyOf: [{ type: 'string' }, { type: 'null' }] },
  })
  expect(schemas['WordWrite']).toMatchObject({ required: ['text'] })
})

test('what is said of a member stays where editors find it', () => {
  const text = { type: 'string', description: 'What it says.', deprecated: true, 'x-confidence': 'seen' }
  const { schemas } = derived({ Note: { type: 'object', properties: { text } } }, { 'x-merge-patch': true })
  expect(objectAt(schemas['NotePatch'], 'properties')['text']).toStrictEqual({
    description: 'What it says.',
    deprecated: true,
    'x-confidence': 'seen',
    anyOf: [{ type: 'string' }, { type: 'null' }],
  })
})

test('a document without marks comes back as it was', () => {
  const document = smallDocument()
  expect(deriveWriteSchemas(document)).toStrictEqual(document)
  expect(isJsonObject(document)).toBe(true)
})
