import type { Connection } from '@grantkit/auth-core'
import { expectTypeOf, test } from 'vitest'
import {
  createGotoAdmin,
  paginate,
  scopesFor,
  unwrap,
  type GotoAdmin,
  type GotoAdminError,
  type User,
} from './index.ts'

declare const connection: Connection
const admin = createGotoAdmin({ connection, accountKey: '1234567890' })
const anyAccount = createGotoAdmin({ connection })
const accounts = '/accounts/{accountKey}'
const ada = { email: 'ada@example.com', firstName: 'Ada', lastName: 'Example' }

test('the account key given at creation is optional in each call; without it, each call must name it', () => {
  expectTypeOf(admin).toEqualTypeOf<GotoAdmin<'accountKey'>>()
  void admin.GET(`${accounts}/users`)
  void admin.GET(`${accounts}/users/{userKey}`, { params: { path: { userKey: '1' } } })
  void admin.GET(`${accounts}/users`, { params: { path: { accountKey: '2345678901' } } })
  void paginate(admin, `${accounts}/groups`)
  expectTypeOf(anyAccount).toEqualTypeOf<GotoAdmin>()
  // @ts-expect-error accountKey is missing
  void anyAccount.GET(`${accounts}/users`)
  // @ts-expect-error accountKey is missing
  void anyAccount.GET(`${accounts}/users/{userKey}`, { params: { path: { userKey: '1' } } })
  // @ts-expect-error accountKey is missing
  void paginate(anyAccount, `${accounts}/groups`)
  void anyAccount.GET('/me')
})

test('a wrong path, parameter or body is a compile error', () => {
  expectTypeOf(admin.GET).toBeFunction()
  // @ts-expect-error there is no such path
  void admin.GET('/users')
  // @ts-expect-error the API changes by PUT
  void admin.PATCH(`${accounts}/users/{userKey}`)
  // @ts-expect-error userKey is missing
  void admin.GET(`${accounts}/users/{userKey}`)
  // @ts-expect-error a key is a string
  void admin.GET(`${accounts}/users/{userKey}`, { params: { path: { userKey: 1 } } })
  // @ts-expect-error the filter that chooses the users is missing
  void admin.DELETE(`${accounts}/users/rolesets`)
  // @ts-expect-error users is missing
  void admin.POST(`${accounts}/users`, { body: { licenseKeys: [] } })
  // @ts-expect-error lastName is missing
  void admin.POST(`${accounts}/users`, { body: { users: [{ email: 'ada@example.com', firstName: 'Ada' }] } })
  // @ts-expect-error a licence key is a string
  void admin.POST(`${accounts}/users`, { body: { users: [ada], licenseKeys: [1] } })
  const aGroup = { params: { path: { groupKey: '1' } } }
  // @ts-expect-error a key in the body is refused
  void admin.PUT(`${accounts}/groups/{groupKey}`, { ...aGroup, body: { name: 'Sales', key: '1' } })
})

test('data, items, errors and scopes are typed', async () => {
  const { data, error } = await admin.GET('/me')
  if (error) expectTypeOf(error).toEqualTypeOf<GotoAdminError>()
  else expectTypeOf(data.accountKey).toEqualTypeOf<string>()
  for await (const user of paginate(admin, `${accounts}/users`)) expectTypeOf(user).toEqualTypeOf<User>()
  // @ts-expect-error one user is no list
  void paginate(admin, `${accounts}/users/{userKey}`, { params: { path: { userKey: '1' } } })
  expectTypeOf(unwrap(await admin.POST(`${accounts}/attributes`, { body: {} }))).toEqualTypeOf<string>()
  expectTypeOf(scopesFor(['listUsers'])).toEqualTypeOf<string[]>()
  // @ts-expect-error there is no such operation
  scopesFor(['listUser'])
})
