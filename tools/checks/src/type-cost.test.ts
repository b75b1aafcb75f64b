import { expect, test } from 'vitest'
import { instantiationsIn, overLimit } from './type-cost.ts'
import { callableOperations, typedCalls } from './typed-calls.ts'

const document = {
  paths: {
    '/lists': { get: { parameters: [{ $ref: '#/components/parameters/key' }, { in: 'query', name: 'size' }] } },
    '/lists/{listId}': {
      parameters: [
        { in: 'path', name: 'listId', required: true },
        { in: 'query', name: 'all', required: true, schema: { type: 'boolean' } },
      ],
      delete: {},
      put: { requestBody: {} },
    },
  },
  components: { parameters: { key: { in: 'query', name: 'key', required: true } } },
}

test('every operation without a body is called with what it requires, in turn', () => {
  const operations = callableOperations(document)
  expect(
    typedCalls(operations, { count: 3, head: 'head' })
      .split('\n')
      .filter((line) => /await/.test(line)),
  ).toEqual([
    "const call0 = await client.GET('/lists', { params: { query: { key: '1' } } })",
    "const call1 = await client.DELETE('/lists/{listId}', { params: { path: { listId: '1' }, query: { all: true } } })",
    "const call2 = await client.GET('/lists', { params: { query: { key: '1' } } })",
  ])
})

test('a parameter that was given once is left out', () => {
  const text = typedCalls(callableOperations(document), { count: 1, head: 'head', givenOnce: 'key' })
  expect(text).toContain("client.GET('/lists')\n")
})

test('the compiler tells its work', () => {
  expect(instantiationsIn('Types:            28380\nInstantiations:  69998\nMemory used: 1K')).toBe(69_998)
  expect(instantiationsIn('error TS5083')).toBeUndefined()
})

test('a quarter more than openapi-fetch is allowed, and no more', () => {
  expect(overLimit('here', 1.25)).toEqual([])
  expect(overLimit('here', 1.26)).toEqual([
    { where: 'here', problem: 'takes 1.26 times the instantiations of plain openapi-fetch, more than 1.25' },
  ])
})
