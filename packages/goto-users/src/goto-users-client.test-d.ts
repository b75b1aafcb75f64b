import type { Connection } from '@grantkit/auth-core'
import { expectTypeOf, test } from 'vitest'
import { createGotoUsers, paginate, scopesFor, unwrap, type GotoUsers, type Line, type User } from './index.ts'

declare const connection: Connection
const users = createGotoUsers({ connection, accountKey: '1234567890' })
const anyAccount = createGotoUsers({ connection })

test('the account key given at creation is optional in each call; without it, each call must name it', () => {
  expectTypeOf(users).toEqualTypeOf<GotoUsers<'accountKey'>>()
  void users.GET('/users')
  void users.GET('/users', { params: { query: { accountKey: '2345678901' } } })
  expectTypeOf(anyAccount).toEqualTypeOf<GotoUsers>()
  // @ts-expect-error accountKey is missing
  void anyAccount.GET('/users')
  // @ts-expect-error accountKey is missing
  void paginate(anyAccount, '/users')
  void anyAccount.GET('/lines')
})

test('a wrong path or parameter is a compile error', () => {
  expectTypeOf(users.GET).toBeFunction()
  // @ts-expect-error there is no such path
  void users.GET('/user')
  // @ts-expect-error the API only reads
  void users.POST('/users')
  // @ts-expect-error userKey is missing
  void users.GET('/users/{userKey}/lines')
  // @ts-expect-error a key is a string
  void users.GET('/users/{userKey}/lines', { params: { path: { userKey: 2345678901 } } })
  // @ts-expect-error there is no such query parameter
  void users.GET('/users', { params: { query: { pageSize: 5 } } })
  // @ts-expect-error there is no such option
  createGotoUsers({ connection, accountkey: '1234567890' })
})

test('data, items and scopes are typed', async () => {
  expectTypeOf(unwrap(await users.GET('/lines')).items).toEqualTypeOf<Line[]>()
  for await (const user of paginate(users, '/users')) expectTypeOf(user).toEqualTypeOf<User>()
  expectTypeOf(unwrap(await users.GET('/me'))['anything']).toBeUnknown()
  expectTypeOf(scopesFor(['listUsers'])).toEqualTypeOf<string[]>()
  // @ts-expect-error there is no such operation
  scopesFor(['deleteUsers'])
})
