import { pathsOf, scriptClient, tokensOf } from '@grantkit/contract'
import { describe, expect, it } from 'vitest'
import { createGotoScim, paginate, scopesFor } from '../src/index.ts'

const scim = (...answers: Response[]) => scriptClient(createGotoScim, answers)
const resources = (...ids: string[]) => ids.map((id) => ({ id }))
const failed = (status: number, code: string) => Response.json({ error: [{ code }] }, { status })

async function idsOf(items: AsyncIterable<{ id: string }>): Promise<string[]> {
  const ids: string[] = []
  for await (const { id } of items) ids.push(id)
  return ids
}

describe('the SCIM API', () => {
  it('pages groups by an index from 1', async () => {
    const script = scim(
      Response.json({ totalResults: 3, resources: resources('1', '2') }),
      Response.json({ totalResults: 3, resources: resources('3') }),
    )
    const query = { count: 2 }
    expect(await idsOf(paginate(script.client, '/Groups', { params: { query } }))).toEqual(['1', '2', '3'])
    expect(pathsOf(script)).toEqual(['/identity/v1/Groups?count=2', '/identity/v1/Groups?count=2&startIndex=3'])
  })

  it('gives all users in one answer, and never a part of them for the whole', async () => {
    const whole = scim(Response.json({ totalResults: 2, resources: resources('1', '2') }))
    expect(await idsOf(paginate(whole.client, '/Users'))).toEqual(['1', '2'])
    const part = scim(Response.json({ totalResults: 9, resources: resources('1', '2') }))
    await expect(idsOf(paginate(part.client, '/Users'))).rejects.toMatchObject({ code: 'unexpected_answer' })
  })

  it('says by 403 that a token is not valid', async () => {
    const script = scim(failed(403, 'unknown'), Response.json({ id: '1' }))
    expect((await script.client.GET('/Users/me')).error).toBeUndefined()
    expect(tokensOf(script)).toEqual(['old', 'new'])
  })

  it('says by 401 that a role is missing, or a group: no token helps', async () => {
    const script = scim(failed(401, 'not.authorized'))
    const { error } = await script.client.GET('/Groups/{groupKey}', { params: { path: { groupKey: '1' } } })
    expect(error?.error?.[0]?.code).toBe('not.authorized')
    expect(tokensOf(script)).toEqual(['old'])
  })

  it.each([
    [['getMe'], ['identity:scim.me']],
    [['listUsers'], ['identity:scim.org']],
    [
      ['getMe', 'listUsers'],
      ['identity:scim.me', 'identity:scim.org'],
    ],
    [['getUserSchema', 'listUsers'], ['identity:scim.org']],
  ] as const)('needs for %j the scopes %j', (operations, scopes) => {
    expect(scopesFor(operations)).toEqual(scopes)
  })
})
