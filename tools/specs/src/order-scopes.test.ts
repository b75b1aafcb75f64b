import { expect, test } from 'vitest'
import type { Json, JsonObject } from './json.ts'
import { orderScopes } from './order-scopes.ts'
import { changeAt } from './testing/change-at.ts'
import { smallDocument } from './testing/small-document.ts'

const scheme = ['components', 'securitySchemes', 'oauth']
const patch = ['paths', '/things/{thingId}', 'patch', 'security']

function ordered(security: Json, leastFirst?: Json): JsonObject {
  const document = changeAt(smallDocument(), patch, security)
  return orderScopes(leastFirst === undefined ? document : changeAt(document, [...scheme, 'x-least-first'], leastFirst))
}

const one = (scope: string): JsonObject => ({ oauth: [scope] })

test('alternatives stand least powerful first, as the scheme says', () => {
  const document = ordered([one('all'), one('write'), one('read')], ['read', 'write', 'all'])
  expect(document).toMatchObject({
    paths: { '/things/{thingId}': { patch: { security: [one('read'), one('write'), one('all')] } } },
  })
})

test('a scope that the scheme does not rank comes last', () => {
  const document = ordered([one('part'), one('other'), one('all')], ['read', 'all'])
  expect(document).toMatchObject({
    paths: { '/things/{thingId}': { patch: { security: [one('all'), one('part'), one('other')] } } },
  })
})

test('scopes needed together are as powerful as the greatest of them', () => {
  const both = { oauth: ['read', 'all'] }
  expect(ordered([both, one('write')], ['read', 'write', 'all'])).toMatchObject({
    paths: { '/things/{thingId}': { patch: { security: [one('write'), both] } } },
  })
})

test('the ranking itself is gone, and without one nothing moves', () => {
  expect(JSON.stringify(ordered([one('a')], ['a']))).not.toContain('x-least-first')
  expect(orderScopes(smallDocument())).toStrictEqual(smallDocument())
})
