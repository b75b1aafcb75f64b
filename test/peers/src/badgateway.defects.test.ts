import { OAuth2Client, OAuth2Fetch, type OAuth2Token } from '@badgateway/oauth2-client'
import { createSandbox, listen, type Sandbox, type SandboxOptions } from '@grantkit/sandbox'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { badgateway } from './badgateway-peer.ts'
import { type PlayedServer, playedGoto } from './played-server.ts'

let sandbox: Sandbox
let server: PlayedServer
let client: OAuth2Client
let signedIn: OAuth2Token

afterEach(() => sandbox.close())

async function signIn(options: SandboxOptions = {}): Promise<void> {
  sandbox = createSandbox({ rotation: 'strict', ...options })
  const { origin } = await listen(sandbox)
  server = playedGoto(origin)
  const { id: clientId, secret: clientSecret } = server.client
  client = new OAuth2Client({ server: origin, clientId, clientSecret })
  const { access, refresh } = await badgateway.signIn(server)
  // Its time is up.
  signedIn = { accessToken: access, refreshToken: refresh, expiresAt: 1 }
}

const refreshes = () => sandbox.control.ledger.entries({ kind: 'token', grantType: 'refresh_token' })

describe('@badgateway/oauth2-client, as the ledger saw it', () => {
  test('takes a single 503 of the token endpoint for the end of the grant', async () => {
    await signIn()
    vi.spyOn(console, 'warn').mockReturnValue()
    sandbox.control.faults.add({ match: { kind: 'token' }, type: 'server_error' })
    const getNewToken = vi.fn<() => null>(() => null)
    const wrapper = new OAuth2Fetch({ client, getNewToken, getStoredToken: () => signedIn, scheduleRefresh: false })
    await expect(wrapper.fetch(server.apiUrl.href)).rejects.toThrow('a full reauth may be needed')
    expect(getNewToken).toHaveBeenCalledOnce()

    expect(refreshes()).toMatchObject([
      { status: 503, processed: false, presented: { generation: 1, verdict: 'not_judged' } },
    ])
    // The refresh token that it gave up is good.
    await client.refreshToken(signedIn)
    expect(refreshes()[1]).toMatchObject({ status: 200, presented: { generation: 1, verdict: 'current' } })
  })

  test('answers before its new refresh token is stored, so that a crash loses the grant', async () => {
    await signIn()
    const { promise: stored, resolve: store } = Promise.withResolvers<void>()
    let isStored = false
    const storeToken = vi.fn<() => void>(() => void stored.then(() => (isStored = true)))
    const wrapper = new OAuth2Fetch({
      client,
      getNewToken: () => null,
      getStoredToken: () => signedIn,
      storeToken,
      scheduleRefresh: false,
    })
    expect((await wrapper.fetch(server.apiUrl.href)).status).toBe(200)
    expect([storeToken.mock.calls.length, isStored]).toEqual([1, false])
    store()

    expect(refreshes()).toMatchObject([{ presented: { generation: 1 }, issuedRefreshToken: { generation: 2 } }])
    // What a process that starts now finds in the store.
    await expect(client.refreshToken(signedIn)).rejects.toThrow('invalid_grant')
    expect(refreshes()[1]).toMatchObject({ presented: { generation: 1, verdict: 'reuse' } })
  })

  test('refreshes without pause if an access token lives for 60 days', async () => {
    await signIn({ accessTokenSeconds: 60 * 24 * 3600 })
    // Node's complaint about such a timer, and the library's about the end below.
    vi.spyOn(process, 'emitWarning').mockReturnValue()
    vi.spyOn(console, 'warn').mockReturnValue()
    vi.spyOn(console, 'error').mockReturnValue()
    const { promise: ended, resolve: end } = Promise.withResolvers<Error>()
    const wrapper = new OAuth2Fetch({ client, getNewToken: () => null, getStoredToken: () => signedIn, onError: end })
    await wrapper.getAccessToken()
    await sandbox.control.ledger.waitFor(({ presented }) => presented?.generation === 20)
    expect(refreshes().slice(0, 19)).toMatchObject(
      Array.from({ length: 19 }, (_, at) => ({ status: 200, presented: { generation: at + 1, verdict: 'current' } })),
    )
    sandbox.control.revokeGrant()
    await ended
  })
})
