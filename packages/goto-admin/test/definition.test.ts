import { pathsOf, scriptClient } from '@grantkit/contract'
import { describe, expect, it } from 'vitest'
import { createGotoAdmin, isApiError, paginate, scopesFor, unwrap } from '../src/index.ts'

const admin = (...answers: Response[]) =>
  scriptClient((options) => createGotoAdmin({ ...options, accountKey: '1234567890' }), answers)

const page = (results: object[], fromIndex: number) =>
  Response.json({ results, fromIndex, toIndex: fromIndex + results.length - 1, total: 3 })

describe('the Admin API', () => {
  it('is walked by offset, with the account key in the path', async () => {
    const script = admin(page([{ key: '1' }, { key: '2' }], 0), page([{ key: '3' }], 2))
    const keys: string[] = []
    for await (const { key } of paginate(script.client, '/accounts/{accountKey}/users')) keys.push(key)
    expect(keys).toEqual(['1', '2', '3'])
    const users = '/admin/rest/v1/accounts/1234567890/users'
    expect(pathsOf(script)).toEqual([users, `${users}?offset=2`])
  })

  it('gives keys as strings with every digit, in whichever form they come', async () => {
    const key = '8439885694023999999'
    const { client } = admin(
      new Response(`{"key":${key},"accountKey":"${key}","accounts":[{"key":12}],"createTime":1700000000000}`),
    )
    const me = unwrap(await client.GET('/me'))
    expect(me).toEqual({ key, accountKey: key, accounts: [{ key: '12' }], createTime: 1_700_000_000_000 })
  })

  it('is sent licence keys as numbers with every digit, and other keys as they are', async () => {
    const { client, fetch } = admin(new Response('[]'))
    const users = [{ email: 'ada@example.com', firstName: 'Ada', lastName: 'Example' }]
    const body = { users, licenseKeys: ['8439885694023999999'], groupKey: '12' }
    await client.POST('/accounts/{accountKey}/users', { body })
    expect(fetch.requests[0]?.body).toContain('"licenseKeys":[8439885694023999999],"groupKey":"12"')
  })

  it('answers a new attribute with a bare string', async () => {
    const { client } = admin(Response.json('6789012345'))
    const created = await client.POST('/accounts/{accountKey}/attributes', { body: { name: 'Department' } })
    expect(unwrap(created)).toBe('6789012345')
  })

  it('names its first error, and the incident for its support', async () => {
    const errors = [{ code: 'user.name.conflict', value: 'ada@example.com' }, { code: 'other' }]
    const { client } = admin(Response.json({ incidentId: 'a1b2c3d4', errors }, { status: 409 }))
    const result = await client.DELETE('/accounts/{accountKey}/users/{userKey}', { params: { path: { userKey: '1' } } })
    expect(() => unwrap(result)).toThrow(
      expect.toSatisfy((error) => isApiError(error, 'user.name.conflict') && error.requestId === 'a1b2c3d4'),
    )
  })

  it('needs one scope for everything', () => {
    expect(scopesFor(['getMe', 'createUsers'])).toEqual(['identity:'])
  })
})
