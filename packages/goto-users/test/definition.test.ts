import { pathsOf, scriptClient } from '@grantkit/contract'
import { describe, expect, it } from 'vitest'
import { createGotoUsers, paginate, scopesFor } from '../src/index.ts'

const users = (...answers: Response[]) =>
  scriptClient((options) => createGotoUsers({ ...options, accountKey: '1234567890' }), answers)

describe('the Users API', () => {
  it('is walked by its marker, with the account key in the query', async () => {
    const script = users(
      Response.json({ items: [{ userKey: '1', lines: [] }], nextPageMarker: 'm1' }),
      Response.json({ items: [{ userKey: '2', lines: [] }] }),
    )
    const keys: string[] = []
    for await (const { userKey } of paginate(script.client, '/users')) keys.push(userKey)
    expect(keys).toEqual(['1', '2'])
    const list = '/users/v1/users'
    expect(pathsOf(script)).toEqual([`${list}?accountKey=1234567890`, `${list}?pageMarker=m1&accountKey=1234567890`])
  })

  it('gives all lines in one answer', async () => {
    const script = users(Response.json({ items: [{ id: '1' }] }))
    for await (const { id } of paginate(script.client, '/lines')) expect(id).toBe('1')
    expect(pathsOf(script)).toEqual(['/users/v1/lines'])
  })

  it('needs another scope for oneself', () => {
    expect(scopesFor(['listUsers', 'listLines'])).toEqual(['users.v1.lines.read'])
    expect(scopesFor(['getMe', 'listUsers'])).toEqual(['users.v1.lines.read', 'users.v1.read'])
  })
})
