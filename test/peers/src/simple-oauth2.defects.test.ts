import {
  approveAuthorization,
  createSandbox,
  defaultClient,
  listen,
  type Rotation,
  type Sandbox,
} from '@grantkit/sandbox'
import { type AccessToken, AuthorizationCode } from 'simple-oauth2'
import { afterEach, describe, expect, test } from 'vitest'

let sandbox: Sandbox

afterEach(() => sandbox.close())

async function signIn(rotation: Rotation): Promise<AccessToken> {
  sandbox = createSandbox({ rotation })
  const { origin } = await listen(sandbox)
  const { id, secret = '' } = defaultClient
  const client = new AuthorizationCode({
    client: { id, secret },
    auth: { tokenHost: origin, tokenPath: '/oauth/token', authorizePath: '/oauth/authorize' },
  })
  const redirect_uri = 'http://localhost:8080/callback'
  const { searchParams } = await approveAuthorization(fetch, client.authorizeURL({ redirect_uri }))
  return client.getToken({ code: searchParams.get('code') ?? '', redirect_uri })
}

const refreshes = () => sandbox.control.ledger.entries({ kind: 'token', grantType: 'refresh_token' })

describe('simple-oauth2, as the ledger saw it', () => {
  test('loses the refresh token of a server that does not send it again', async () => {
    const first = await signIn('none')
    const second = await first.refresh()
    expect(second.token['refresh_token']).toBeUndefined()
    await expect(second.refresh()).rejects.toThrow('400')

    const [good, bad] = refreshes()
    expect(good).toMatchObject({ status: 200, presented: { generation: 1, verdict: 'current' } })
    expect(bad).toMatchObject({ status: 400, error: 'invalid_request' })
    expect(bad).not.toHaveProperty('presented')
    // The grant was never in danger: the server would still take what the client has lost.
    expect(await first.refresh()).toMatchObject({ token: { token_type: 'Bearer' } })
  })

  test('sends one refresh a caller, and ends the grant of a strict server by it', async () => {
    const expired = await signIn('strict')
    const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => expired.refresh()))
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(4)
    expect(refreshes().map(({ presented }) => [presented?.generation, presented?.verdict])).toEqual([
      [1, 'current'],
      ...Array.from({ length: 4 }, () => [1, 'reuse']),
    ])
    expect(sandbox.control.revokeGrant()).toBe(0)
  })
})
