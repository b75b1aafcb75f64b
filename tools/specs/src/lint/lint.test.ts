import { expect, test } from 'vitest'
import { objectAt, type Json } from '../json.ts'
import { changeAt } from '../testing/change-at.ts'
import { failureOf } from '../testing/failure-of.ts'
import { smallDocument } from '../testing/small-document.ts'
import { lint } from './lint.ts'

const list = ['paths', '/things', 'get']
const patch = ['paths', '/things/{thingId}', 'patch']
const schemas = ['components', 'schemas']
const thing = [...schemas, 'Thing', 'properties']
const answer = [...list, 'responses', '200', 'content', 'application/json']
const body = [...patch, 'requestBody', 'content', 'application/json']

test('the small document that all cases below break passes', async () => {
  await expect(lint(smallDocument())).resolves.toBeUndefined()
})

test('an operation may ask for nothing, or for something without scopes', async () => {
  const key = changeAt(smallDocument(), ['components', 'securitySchemes', 'key'], {
    type: 'apiKey',
    in: 'header',
    name: 'X-Key',
  })
  await expect(lint(changeAt(key, [...list, 'security'], [{ key: [] }]))).resolves.toBeUndefined()
  await expect(lint(changeAt(smallDocument(), [...list, 'security'], []))).resolves.toBeUndefined()
})

test('a deletion may answer 200 without a body', async () => {
  const document = smallDocument()
  const { patch: update } = objectAt(document, 'paths', '/things/{thingId}')
  const { requestBody: _, ...bodiless } = objectAt(update)
  const responses = { ...objectAt(update, 'responses'), '200': { description: 'Gone.' } }
  const deletion = { ...bodiless, operationId: 'deleteThing', responses }
  await expect(lint(changeAt(document, ['paths', '/things/{thingId}', 'delete'], deletion))).resolves.toBeUndefined()
})

test('an address between quotes is looked at without them', async () => {
  const quoted = changeAt(
    smallDocument(),
    ['components', 'parameters', 'pageMarker', 'example'],
    'mail eq "a@example.com"',
  )
  await expect(lint(quoted)).resolves.toBeUndefined()
})

const cases: [name: string, path: (string | number)[], value: Json | undefined, words: string][] = [
  // Can it be named, understood and authorized?
  ['an operation without an id', [...list, 'operationId'], undefined, 'GET /things: has no operationId'],
  ['an id that is no identifier', [...list, 'operationId'], 'list-things', 'camel case'],
  ['an id that is taken', [...patch, 'operationId'], 'listThings', 'unique'],
  ['a missing description', [...list, 'description'], undefined, 'listThings: needs a description'],
  ['a description that is no sentence', [...list, 'description'], 'list', 'listThings: needs a description'],
  ['an operation without a tag', [...list, 'tags'], [], 'listThings: needs one tag'],
  ['a tag nobody declared', [...list, 'tags'], ['stuff'], 'listThings: its tag stuff is not declared'],
  ['an operation without scopes', [...list, 'security'], undefined, 'listThings: names no scope'],
  ['an empty alternative of scopes', [...list, 'security'], [{ oauth: [] }], 'listThings: names no scope'],
  ['a scope nobody declared', [...list, 'security'], [{ oauth: ['things.raed'] }], 'things.raed is not declared'],
  ['an unknown extension', [...list, 'x-pagign'], 'marker', 'unknown extension x-pagign'],
  ['an unknown role', [...patch, 'x-role'], 'king', 'x-role may only be admin, org-read, org-write'],
  ['a promise that is none', [...list, 'x-idempotent'], false, 'x-idempotent may only be true'],
  ['no operation at all', ['paths'], {}, 'there is no operation'],
  // Its parameters.
  ['a member of the path that is not declared', ['paths', '/things/{thingId}', 'parameters'], undefined, 'thingId'],
  ['a declared member the path does not have', ['paths', '/things/{thingId}', 'parameters', 0, 'name'], 'id', 'id'],
  ['an optional path member', ['paths', '/things/{thingId}', 'parameters', 0, 'required'], undefined, 'is required'],
  ['a parameter without a description', [...list, 'parameters', 1, 'description'], undefined, 'has no description'],
  ['a parameter without an example', [...list, 'parameters', 1, 'example'], undefined, 'has no example'],
  // Its answers.
  ['no success answer', [...list, 'responses', '200'], undefined, 'listThings: has no success answer'],
  ['a success answer without content', [...list, 'responses', '200', 'content'], undefined, '200 has no content'],
  ['a success answer without an example', [...answer, 'example'], undefined, '200 has no example'],
  ['a body without an example', [...body, 'example'], undefined, 'request body has no example'],
  ['no 429', [...list, 'responses', '429'], undefined, 'listThings: does not document 429'],
  ['no 404 though the path names a thing', [...patch, 'responses', '404'], undefined, 'does not document 404'],
  ['another status for what is not there', [...patch, 'x-not-found'], '410', 'does not document 410'],
  ['no 400 though there is a body', [...patch, 'responses', '400'], undefined, 'does not document 400'],
  ['an error of another shape', [...list, 'responses', '400'], { description: 'No.' }, '400 is not built on the Error'],
  // Its paging.
  ['a pageMarker without x-paging', [...list, 'x-paging'], undefined, 'has no x-paging'],
  ['another kind of paging', [...list, 'x-paging'], 'leaves', 'may only be marker, token, offset, index, pages'],
  ['paging without a pageMarker', [...patch, 'x-paging'], 'marker', 'yet takes no pageMarker'],
  ['paging in another style', [...list, 'x-paging'], 'offset', 'yet takes no offset'],
  [
    'paging without a marker in the answer',
    [...schemas, 'ThingList', 'properties', 'nextPageMarker'],
    undefined,
    'yet answers no nextPageMarker',
  ],
  // Schemas and examples.
  [
    'an example of the wrong type',
    [...answer, 'example', 'items', 0, 'id'],
    1,
    'its example/items/0/id must be string',
  ],
  ['an example that lacks a member', [...answer, 'example'], {}, "its example must have required property 'items'"],
  ['an example of the wrong format', [...answer, 'example', 'items', 0, 'mail'], 'ada', 'format "email"'],
  ['a parameter example of the wrong type', [...list, 'parameters', 1, 'example'], 'x', 'must be integer'],
  ['a misspelt word in a schema', [...thing, 'id', 'maxLenght'], 9, 'maxLenght'],
  ['a rule for texts on a number', [...thing, 'id'], { type: 'integer', minLength: 1 }, 'minLength'],
  ['an object nothing fits', [...thing, 'id'], { type: 'object' }, 'object without members'],
  ['an array without items', [...thing, 'id'], { type: 'array' }, 'array without items'],
  ['a known value twice', [...thing, 'kind', 'x-extensible-enum'], ['A', 'A'], 'list of different texts'],
  ['known values of a number', [...thing, 'kind', 'type'], 'integer', 'not of type string'],
  ['an unknown certainty', [...thing, 'kind', 'x-confidence'], 'sure', 'x-confidence may be documented, seen'],
  ['an unknown certainty of scopes', [...patch, 'x-scopes-confidence'], 'sure', 'x-scopes-confidence may be'],
  // 64-bit integers.
  [
    'an int64 whose name another number has',
    [...thing],
    {
      id: { type: 'string' },
      shared: { type: 'integer', format: 'int64' },
      deep: { type: 'object', properties: { shared: { type: 'integer' } } },
    },
    'shared is an int64 in one place and something else in another',
  ],
  [
    'an int64 of a body whose name a text has',
    [...body, 'schema'],
    {
      type: 'object',
      properties: {
        id: { type: 'integer', format: 'int64' },
        owner: { type: 'object', properties: { id: { type: 'string' } } },
      },
    },
    'id is an int64 in one place and something else in another',
  ],
  [
    'an int64 that no member names',
    [...answer, 'schema'],
    { type: 'integer', format: 'int64' },
    'that no member names',
  ],
  // References.
  ['a reference to nothing', [...answer, 'schema', '$ref'], '#/components/schemas/Thnig', 'refers to nothing'],
  ['a reference to another file', [...answer, 'schema', '$ref'], './other.yaml#/Thing', 'refers outside'],
  ['a component nobody uses', [...schemas, 'Old'], { type: 'string' }, '#/components/schemas/Old: is used nowhere'],
  // Nothing private.
  ['a real mail address', [...answer, 'example', 'items', 0, 'mail'], 'ada@mail.test', 'a host outside example.com'],
  ['a link to a real host', [...answer, 'example', 'items', 0, 'id'], 'https://a.test/x', 'a host outside example.com'],
  ['a phone number somebody may have', [...answer, 'example', 'items', 0, 'phone'], '+12025551234', '555-01xx'],
  // The standard itself.
  ['a member OpenAPI does not know', [...list, 'sumary'], 'x', 'sumary'],
  ['a parameter in a place there is not', [...list, 'parameters', 1, 'in'], 'body', 'in'],
  ['a type there is not', [...thing, 'id', 'type'], 'text', 'type'],
  ['no info', ['info'], undefined, 'info'],
]

test.each(cases)('%s is refused', async (_name, path, value, words) => {
  const failure = await failureOf(() => lint(changeAt(smallDocument(), path, value)))
  expect(failure.code).toBe('lint_failed')
  expect(failure.message).toContain(words)
})

test('all problems of one kind are told at once', async () => {
  const document = changeAt(smallDocument(), [...list, 'description'], undefined)
  const failure = await failureOf(() => lint(changeAt(document, [...patch, 'x-role'], 'king')))
  expect(failure.message).toContain('2 problems')
  expect(failure.message).toContain('listThings')
  expect(failure.message).toContain('updateThing')
})
