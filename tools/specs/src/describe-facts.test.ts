import { expect, test } from 'vitest'
import { describeFacts } from './describe-facts.ts'
import { objectAt } from './json.ts'
import { changeAt } from './testing/change-at.ts'
import { smallDocument } from './testing/small-document.ts'

test('an operation tells its certainty, its alternatives of scopes and its role', () => {
  const document = describeFacts(smallDocument())
  expect(objectAt(document, 'paths', '/things/{thingId}', 'patch')['description']).toBe(
    'Changes a thing. Not documented by the vendor: known from third-party notes only. ' +
      'Scope: things.read things.write or things.all (inferred). Only for admins.',
  )
  expect(objectAt(document, 'paths', '/things', 'get')['description']).toBe('Lists things. Scope: things.read.')
})

test('an operation of an API without scopes says nothing of them', () => {
  const operation = ['paths', '/things', 'get']
  for (const security of [[], [{ key: [] }, { token: [], more: [] }]]) {
    const document = describeFacts(changeAt(smallDocument(), [...operation, 'security'], security))
    expect(objectAt(document, ...operation)['description']).toBe('Lists things.')
  }
})

test('a role is told with its certainty', () => {
  const operation = ['paths', '/things', 'get']
  const document = changeAt(
    changeAt(smallDocument(), [...operation, 'x-role'], 'org-read'),
    [...operation, 'x-role-confidence'],
    'inferred',
  )
  expect(objectAt(describeFacts(document), ...operation)['description']).toBe(
    'Lists things. Scope: things.read. Needs the organisation role ROLE_ORG_READ. (Inferred.)',
  )
})

test('a field without a description gets its certainty for one; a documented one stays bare', () => {
  const fields = objectAt(describeFacts(smallDocument()), 'components', 'schemas', 'Thing', 'properties')
  expect(fields['kind']).toMatchObject({ description: 'Not documented by the vendor: seen in working clients.' })
  expect(fields['id']).toStrictEqual({ type: 'string' })
})

test('examples of parameters stay, examples of bodies go', () => {
  const document = describeFacts(smallDocument())
  expect(objectAt(document, 'components', 'parameters', 'pageMarker')['example']).toBe('x')
  expect(JSON.stringify(document)).not.toContain('ada@example.com')
})

test('a field that is itself called description or example is a field', () => {
  const schema = { properties: { description: { type: 'string' }, example: { type: 'string' } } }
  expect(describeFacts(schema)).toStrictEqual(schema)
})

test('the document given stays as it is', () => {
  const document = smallDocument()
  describeFacts(document)
  expect(document).toStrictEqual(smallDocument())
})
