import type { Connection } from '@grantkit/auth-core'
import { expectTypeOf, test } from 'vitest'
import { createGotoScim, paginate, scopesFor, unwrap, type GotoScim, type Group, type User } from './index.ts'

declare const connection: Connection
const scim = createGotoScim({ connection })
const aGroup = { params: { path: { groupKey: '1' } } }

test('a wrong path, parameter or body is a compile error', () => {
  expectTypeOf(scim).toEqualTypeOf<GotoScim>()
  // @ts-expect-error there is no such path
  void scim.GET('/users')
  // @ts-expect-error userKey is missing
  void scim.GET('/Users/{userKey}')
  // @ts-expect-error a key is a string
  void scim.GET('/Users/{userKey}', { params: { path: { userKey: 1 } } })
  // @ts-expect-error users do not come in pages
  void scim.GET('/Users', { params: { query: { startIndex: 1 } } })
  // @ts-expect-error userName is missing
  void scim.POST('/Users', { body: { displayName: 'Ada Example' } })
  // @ts-expect-error displayName is missing
  void scim.PUT('/Groups/{groupKey}', { ...aGroup, body: { members: [] } })
  void scim.PATCH('/Groups/{groupKey}', { ...aGroup, body: { members: [] } })
  // @ts-expect-error a change is a part of the resource, not a list of operations
  void scim.PATCH('/Groups/{groupKey}', { ...aGroup, body: { Operations: [] } })
  // @ts-expect-error there is no account key in this API
  createGotoScim({ connection, accountKey: '1234567890' })
})

test('data, items and scopes are typed', async () => {
  const me = unwrap(await scim.GET('/Users/me'))
  expectTypeOf(me.userName).toEqualTypeOf<string>()
  expectTypeOf(me['urn:scim:schemas:extension:getgo:1.0']?.accounts?.[0]?.value).toEqualTypeOf<string | undefined>()
  for await (const user of paginate(scim, '/Users')) expectTypeOf(user).toEqualTypeOf<User>()
  for await (const group of paginate(scim, '/Groups')) expectTypeOf(group).toEqualTypeOf<Group>()
  // @ts-expect-error one user is no list
  void paginate(scim, '/Users/me')
  expectTypeOf(scopesFor(['listUsers'])).toEqualTypeOf<string[]>()
  // @ts-expect-error there is no such operation
  scopesFor(['listuser'])
})
