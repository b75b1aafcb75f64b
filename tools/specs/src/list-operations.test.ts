import { expect, test } from 'vitest'
import { listOperations, parametersIn } from './list-operations.ts'
import { changeAt } from './testing/change-at.ts'
import { smallDocument } from './testing/small-document.ts'

test('operations come by path, with references followed and the parameters of the path inherited', () => {
  const [list, patch] = listOperations(smallDocument())
  expect([list?.id, patch?.id]).toStrictEqual(['listThings', 'updateThing'])
  expect(list && parametersIn(list, 'query').map((parameter) => parameter['name'])).toStrictEqual([
    'pageMarker',
    'pageSize',
  ])
  expect(patch && parametersIn(patch, 'path').map((parameter) => parameter['name'])).toStrictEqual(['thingId'])
  expect(patch?.responses['404']?.['description']).toBe('It failed.')
})

test('a parameter of the operation takes the place of the one it inherits', () => {
  const own = { name: 'thingId', in: 'path', required: true, description: 'Own.', schema: { type: 'string' } }
  const document = changeAt(smallDocument(), ['paths', '/things/{thingId}', 'patch', 'parameters'], [own])
  expect(listOperations(document)[1]?.parameters).toStrictEqual([own])
})

test('an operation without an id is named by its method and path', () => {
  const document = changeAt(smallDocument(), ['paths', '/things', 'get', 'operationId'], undefined)
  expect(listOperations(document)[0]?.name).toBe('GET /things')
})
