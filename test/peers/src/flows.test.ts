import { carthooksClient, createSandbox, listen, type Sandbox, type SandboxClient } from '@grantkit/sandbox'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { badgateway } from './badgateway-peer.ts'
import { oauth4webapi } from './oauth4webapi-peer.ts'
import { openidClient } from './openid-client-peer.ts'
import { credentialsOf, playedCarthooks, playedGoogle, playedGoto, type PlayedServer } from './played-server.ts'

/** A client of GoTo that acts for itself. */
const machineClient = {
  id: 'machine',
  secret: 'machine-secret',
  grantTypes: ['client_credentials'],
} satisfies SandboxClient

let sandbox: Sandbox
let servers: Readonly<Record<'carthooks' | 'google' | 'goto', PlayedServer>>

beforeEach(async () => {
  sandbox = createSandbox({ clients: [machineClient] })
  sandbox.control.setRotation({ vendor: 'goto', rotation: 'strict' })
  const { origin } = await listen(sandbox)
  servers = {
    goto: playedGoto(origin),
    google: playedGoogle(origin),
    carthooks: playedCarthooks(origin, () => sandbox.control.carthooks.createUserToken()),
  }
})
afterEach(() => sandbox.close())

/** What became of each refresh token that was presented. */
function presentations(): string[] {
  const entries = sandbox.control.ledger.entries({ kind: 'token', grantType: 'refresh_token' })
  return entries.map(({ presented }) => `${presented?.generation} ${presented?.verdict}`)
}

const peers = [oauth4webapi, openidClient, badgateway]

describe.each(peers)('$name', (peer) => {
  test.each([
    ['goto', 'whose refresh tokens are good once', ['1 current', '2 current']],
    ['google', 'whose refresh token stays', ['1 current', '1 current']],
    ['carthooks', 'whose refresh tokens are good once', ['1 current', '2 current']],
  ] as const)('signs a person in at %s, %s, and refreshes twice', async (name, _, expected) => {
    const server = servers[name]
    const approve = vi.spyOn(server, 'approve')
    const first = await peer.signIn(server)
    expect(approve.mock.calls[0]?.[0].searchParams.has('code_challenge')).toBe(server.takesPkce)
    const second = await peer.refresh(server, first.refresh)
    const third = await peer.refresh(server, second.refresh)

    expect((await peer.callApi(server, third)).status).toBe(200)
    expect(new Set([first, second, third].map(({ access }) => access)).size).toBe(3)
    expect(presentations()).toEqual(expected)
    const { ledger } = sandbox.control
    expect(ledger.entries({ kind: 'token', grantType: 'authorization_code' })).toHaveLength(1)
    expect(ledger.summary()).toMatchObject({ families: 1, reuse: 0, invalidGrant: 0 })
    expect(ledger.entries({ kind: 'api' }).at(-1)).toMatchObject({ vendor: name, bearer: { generation: 3 } })
  })

  test.each(['goto', 'google'] as const)('revokes at %s, and what it revoked is refused', async (name) => {
    const { refresh } = await peer.signIn(servers[name])
    await peer.revoke(servers[name], refresh)
    await expect(peer.refresh(servers[name], refresh)).rejects.toBeInstanceOf(Error)
    expect(presentations()).toEqual(['1 revoked'])
    expect(sandbox.control.ledger.entries({ kind: 'revoke' })).toMatchObject([
      { status: 200, subject: { generation: 1 } },
    ])
  })

  test('asks goto whether an access token is good', async () => {
    const { access } = await peer.signIn(servers.goto)
    expect(await peer.introspect(servers.goto, access)).toBe(true)
    sandbox.control.expireAccessTokens()
    expect(await peer.introspect(servers.goto, access)).toBe(false)
  })

  test('cannot read the envelope of Carthooks as it is', async () => {
    const server = { ...servers.carthooks, fetch }
    // One of them prints the answer, token and all.
    vi.spyOn(console, 'warn').mockReturnValue()
    await expect(peer.clientCredentials(server, server.client)).rejects.toBeInstanceOf(Error)
    expect(sandbox.control.ledger.entries({ kind: 'token' })).toMatchObject([{ status: 200, processed: true }])
  })

  test.each([
    ['goto', machineClient],
    ['carthooks', carthooksClient],
  ] as const)('acts for itself at %s', async (name, client) => {
    const access = await peer.clientCredentials(servers[name], credentialsOf(client))
    expect((await peer.callApi(servers[name], { access, refresh: '' })).status).toBe(200)
    expect(sandbox.control.ledger.entries({ kind: 'token' })).toMatchObject([
      { vendor: name, clientId: client.id, grantType: 'client_credentials', status: 200 },
    ])
  })
})
