import { approveAuthorization, createSandbox, googleDesktopClient, listen, type Sandbox } from '@grantkit/sandbox'
import { OAuth2Client } from 'google-auth-library'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

const startMs = Date.UTC(2026, 10, 1)
const hourMs = 3600_000

let sandbox: Sandbox
let origin: string
let auth: OAuth2Client

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: startMs })
  sandbox = createSandbox({ startMs, rotation: 'strict' })
  ;({ origin } = await listen(sandbox))
  auth = await signIn()
})
afterEach(async () => {
  vi.useRealTimers()
  await sandbox.close()
})

async function signIn(): Promise<OAuth2Client> {
  const { id: clientId, secret = '' } = googleDesktopClient
  const redirectUri = 'http://localhost:8080/callback'
  const endpoints = { oauth2AuthBaseUrl: `${origin}/o/oauth2/v2/auth`, oauth2TokenUrl: `${origin}/token` }
  const client = new OAuth2Client({ clientId, clientSecret: secret, redirectUri, endpoints })
  const url = client.generateAuthUrl({ scope: 'https://www.googleapis.com/auth/calendar', access_type: 'offline' })
  const { searchParams } = await approveAuthorization(fetch, url)
  client.setCredentials((await client.getToken(searchParams.get('code') ?? '')).tokens)
  return client
}

function advance(byMs: number): void {
  vi.setSystemTime(sandbox.control.clock.advance(byMs))
}

/** Lets the pauses between attempts pass at once. */
function skipPauses(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'Date'], now: sandbox.control.clock.nowMs() })
  vi.setTimerTickMode('nextTimerAsync')
}

const callApi = () => auth.request({ url: `${origin}/calendar/v3/colors`, retryConfig: { retry: 0 } })
const refreshes = () => sandbox.control.ledger.entries({ kind: 'token', grantType: 'refresh_token' })
const apiStatuses = () => sandbox.control.ledger.entries({ kind: 'api' }).map(({ status }) => status)

describe('google-auth-library, as the ledger saw it', () => {
  test('drops the refresh token that it was given anew, and ends the grant with the old one', async () => {
    advance(2 * hourMs)
    await callApi()
    advance(2 * hourMs)
    await expect(callApi()).rejects.toThrow('invalid_grant')
    expect(refreshes()).toMatchObject([
      { status: 200, presented: { generation: 1, verdict: 'current' }, issuedRefreshToken: { generation: 2 } },
      { status: 400, error: 'invalid_grant', presented: { generation: 1, verdict: 'reuse' } },
    ])
    expect(sandbox.control.revokeGrant()).toBe(0)
  })

  test('keeps it only where the program puts it in itself', async () => {
    auth.on('tokens', (tokens) => auth.setCredentials(tokens))
    for (let hours = 0; hours < 3; hours += 1) {
      advance(2 * hourMs)
      await callApi()
    }
    expect(refreshes().map(({ presented }) => [presented?.generation, presented?.verdict])).toEqual([
      [1, 'current'],
      [2, 'current'],
      [3, 'current'],
    ])
  })

  test('does not refresh for a 401 while it believes that the token is good', async () => {
    sandbox.control.expireAccessTokens()
    await expect(callApi()).rejects.toMatchObject({ status: 401 })
    expect(apiStatuses()).toEqual([401])
    expect(refreshes()).toEqual([])
  })

  test('fails while its token is still good, because it could not get a newer one', async () => {
    advance(hourMs - 3 * 60_000)
    sandbox.control.faults.add({ match: { kind: 'token' }, type: 'server_error', times: 'always' })
    skipPauses()
    await expect(callApi()).rejects.toMatchObject({ status: 503 })
    expect(apiStatuses()).toEqual([])
    expect(refreshes()).toHaveLength(4)
    const authorization = `Bearer ${auth.credentials.access_token}`
    expect((await fetch(`${origin}/calendar/v3/colors`, { headers: { authorization } })).status).toBe(200)
  })

  test('sends a refresh again whose answer was lost behind a 503, and ends the grant by it', async () => {
    advance(2 * hourMs)
    sandbox.control.faults.add({ match: { kind: 'token' }, type: 'server_error', processed: true })
    skipPauses()
    await expect(callApi()).rejects.toThrow('invalid_grant')
    expect(refreshes()).toMatchObject([
      {
        status: 503,
        processed: true,
        presented: { generation: 1, verdict: 'current' },
        issuedRefreshToken: { generation: 2 },
      },
      { status: 400, presented: { generation: 1, verdict: 'reuse' } },
    ])
    expect(sandbox.control.revokeGrant()).toBe(0)
  })
})
