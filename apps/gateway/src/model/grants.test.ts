import { refreshToken, type AuthEvent } from '@grantkit/auth-core'
import { createMemoryStore } from '@grantkit/auth-core/stores/memory'
import { expect, test } from 'vitest'
import { accountOf, createGrants } from './grants.ts'
import type { TenantApp } from './tenants.ts'

const app = (tenant: string): TenantApp => {
  return { tenant, id: 'goto', provider: 'goto', clientId: 'client', createdAtMs: 0, updatedAtMs: 0 }
}

function openGrants(answer: () => Promise<Response>) {
  const events: [string, AuthEvent['type']][] = []
  const store = { ...createMemoryStore(), durability: 'crash-safe' as const }
  const grants = createGrants({
    store,
    fetch: answer,
    reload: (of) => Promise.resolve(of),
    onEvent: (of, { type }) => events.push([of.tenant, type]),
    clientsAtMost: 2,
  })
  return { grants, events }
}

const tokens = { access_token: 'access', refresh_token: 'next', token_type: 'Bearer', expires_in: 3600 }

test('an app that made room for others works when it is used again', async () => {
  const { grants } = openGrants(() => Promise.resolve(Response.json(tokens)))
  const tenants = ['a', 'b', 'c', 'd']
  for (const tenant of tenants)
    await grants.clientOf(app(tenant)).connect(accountOf(app(tenant)), refreshToken('first'))
  expect(grants.clientOf(app('d'))).toBe(grants.clientOf(app('d')))
  for (const tenant of tenants) expect((await grants.connectionOf(app(tenant)).accessToken()).value).toBe('access')
})

test('closing waits for the tokens of apps that made room, too', async () => {
  const { promise: held, resolve: answer } = Promise.withResolvers<void>()
  const { promise: asked, resolve: ask } = Promise.withResolvers<void>()
  const { grants, events } = openGrants(async () => {
    ask()
    await held
    return Response.json(tokens)
  })
  await grants.clientOf(app('a')).connect(accountOf(app('a')), refreshToken('first'))
  const refreshed = grants.connectionOf(app('a')).refresh()
  await asked
  for (const tenant of ['b', 'c']) grants.clientOf(app(tenant))
  const closed = grants.close().then(() => events.map(([tenant, type]) => `${tenant} ${type}`))
  answer()
  expect(await closed).toContain('a refresh')
  await refreshed
})
