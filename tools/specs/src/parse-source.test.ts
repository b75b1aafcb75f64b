import { expect, test } from 'vitest'
import { parseSource } from './parse-source.ts'
import { failureOf } from './testing/failure-of.ts'

test('OpenAPI 3.1 stays as it is', () => {
  expect(parseSource('openapi: 3.1.1\npaths: {}\n', 'source.yaml')).toStrictEqual({ openapi: '3.1.1', paths: {} })
})

test('OpenAPI 3.0 is read as 3.1', () => {
  expect(parseSource('openapi: 3.0.3\npaths: {}\n', 'source.yaml')).toStrictEqual({ openapi: '3.1.0', paths: {} })
})

test('a Discovery document is read as OpenAPI', () => {
  const discovery = {
    kind: 'discovery#restDescription',
    name: 'notes',
    version: 'v1',
    rootUrl: 'https://notes.example.com/',
  }
  expect(parseSource(JSON.stringify(discovery), 'source.json')).toMatchObject({
    openapi: '3.1.0',
    info: { title: 'notes', version: 'v1' },
    servers: [{ url: 'https://notes.example.com' }],
  })
})

test.each([
  ['OpenAPI of a version to come', 'openapi: 3.2.0', 'source.yaml is OpenAPI 3.2.0; 3.0 and 3.1 are read'],
  ['half a version', 'openapi: 3.1', 'OpenAPI 3.1; 3.0 and 3.1 are read, such as 3.1.0'],
  ['Swagger 2', 'swagger: "2.0"', 'source.yaml is Swagger 2.0. Convert it'],
  ['AsyncAPI', 'asyncapi: 3.0.0', 'AsyncAPI'],
  ['a Postman collection', 'info: {}\nitem: []', 'Postman'],
  ['anything else', 'a: 1', 'neither OpenAPI 3.0 or 3.1 nor a Google Discovery document'],
])('%s is refused with what it is', async (_name, text, words) => {
  const failure = await failureOf(() => parseSource(text, 'source.yaml'))
  expect(failure.code).toBe('source_unsupported')
  expect(failure.message).toContain(words)
})

test.each([
  ['a name', {}, 'no name or no rootUrl'],
  [
    'the path of a method',
    { name: 'notes', rootUrl: 'https://a.example.com/', methods: { list: { id: 'notes.list' } } },
    'a method of the API lacks',
  ],
  [
    'the id of a nested method',
    { name: 'n', rootUrl: 'https://a.example.com/', resources: { a: { resources: { b: { methods: { list: {} } } } } } },
    'a method of a.b lacks its id, httpMethod or path',
  ],
])('a Discovery document that lacks %s is refused', async (_name, members, words) => {
  const text = JSON.stringify({ kind: 'discovery#restDescription', ...members })
  const failure = await failureOf(() => parseSource(text, 'source.json'))
  expect(failure.code).toBe('source_invalid')
  expect(failure.message).toContain(words)
})
