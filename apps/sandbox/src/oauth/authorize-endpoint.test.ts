import { describe, expect, test } from 'vitest'
import { approveAuthorization } from '../approve-authorization.ts'
import { createSandbox } from '../sandbox.ts'
import { authorizationUrl, origin, read, redirectUri, startMs } from '../../test/play-client.ts'

const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'

async function open(parameters: Record<string, string>, clients: Parameters<typeof createSandbox>[0] = {}) {
  const sandbox = createSandbox({ startMs, ...clients })
  return sandbox.fetch(authorizationUrl(parameters))
}

describe('an authorization request', () => {
  test('shows a page with who asks, for what, and for which account', async () => {
    const page = await (await open({ scope: 'voice-admin.v1.read' })).text()
    expect(page).toContain('Allow Sandbox client to use your account?')
    expect(page).toContain('<code>voice-admin.v1.read</code>')
    expect(page).toContain('ada.example@example.com')
    expect(page).not.toContain('voice-admin.v1.write')
  })

  test.each([
    ['an unknown client', { client_id: 'nobody' }],
    ['no client', { client_id: '' }],
    ['a redirect URI that is not registered', { redirect_uri: 'https://evil.example.com/callback' }],
    ['a redirect URI with one character more', { redirect_uri: `${redirectUri}/` }],
    ['a redirect URI with another port', { redirect_uri: 'http://localhost:8081/callback' }],
    ['a redirect URI with a query added', { redirect_uri: `${redirectUri}?x=1` }],
  ])('with %s shows an error page and never redirects', async (_, parameters) => {
    const response = await open(parameters)
    expect(response.status).toBe(400)
    expect(response.headers.get('location')).toBeNull()
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
  })

  test('with a parameter twice shows an error page', async () => {
    const url = authorizationUrl()
    url.searchParams.append('client_id', 'sandbox-client')
    expect((await createSandbox({ startMs }).fetch(url)).status).toBe(400)
  })

  test.each([
    ['no response type', { response_type: '' }, 'invalid_request'],
    ['the implicit grant', { response_type: 'token' }, 'unsupported_response_type'],
    ['an unknown scope', { scope: 'voice-admin.v1.read root' }, 'invalid_scope'],
    ['plain PKCE', { code_challenge: challenge, code_challenge_method: 'plain' }, 'invalid_request'],
    ['PKCE without its method', { code_challenge: challenge }, 'invalid_request'],
    ['a malformed challenge', { code_challenge: 'x', code_challenge_method: 'S256' }, 'invalid_request'],
    ['a method without a challenge', { code_challenge_method: 'S256' }, 'invalid_request'],
  ])('with %s sends the browser back with the error and the state', async (_, parameters, error) => {
    const response = await open(parameters)
    expect(response.status).toBe(303)
    const location = new URL(response.headers.get('location') ?? '')
    expect(location.href.startsWith(redirectUri)).toBe(true)
    expect(Object.fromEntries(location.searchParams)).toMatchObject({ error, state: 's1' })
  })

  test('of a public client must use PKCE', async () => {
    const clients = { clients: [{ id: 'public', redirectUris: [redirectUri] }] }
    const without = await open({ client_id: 'public' }, clients)
    expect(new URL(without.headers.get('location') ?? '').searchParams.get('error')).toBe('invalid_request')
    const with256 = { client_id: 'public', code_challenge: challenge, code_challenge_method: 'S256' }
    expect((await open(with256, clients)).status).toBe(200)
  })

  test('without a redirect URI uses the registered one, if there is exactly one', async () => {
    const url = authorizationUrl()
    url.searchParams.delete('redirect_uri')
    const one = await approveAuthorization(createSandbox({ startMs }).fetch, url)
    expect(one.href.startsWith(redirectUri)).toBe(true)
    const two = { id: 'sandbox-client', secret: 's', redirectUris: [redirectUri, 'https://app.example.com/'] }
    expect((await createSandbox({ startMs, clients: [two] }).fetch(url)).status).toBe(400)
  })

  test('keeps a query that the registered redirect URI has', async () => {
    const uri = 'https://app.example.com/callback?tenant=7'
    const client = { id: 'tenanted', secret: 's', redirectUris: [uri] }
    const sandbox = createSandbox({ startMs, clients: [client] })
    const back = await approveAuthorization(
      sandbox.fetch,
      authorizationUrl({ client_id: client.id, redirect_uri: uri }),
    )
    expect(back.searchParams.get('tenant')).toBe('7')
    expect(back.searchParams.get('code')).toBeTypeOf('string')
  })
})

describe('the decision', () => {
  test('to allow sends a code and the state unchanged', async () => {
    const state = 'a b&c=d%ü'
    const back = await approveAuthorization(createSandbox({ startMs }).fetch, authorizationUrl({ state }))
    expect([...back.searchParams.keys()]).toEqual(['code', 'state'])
    expect(back.searchParams.get('state')).toBe(state)
  })

  test('to deny sends access_denied', async () => {
    const options = { decision: 'deny' } as const
    const back = await approveAuthorization(createSandbox({ startMs }).fetch, authorizationUrl(), options)
    expect(Object.fromEntries(back.searchParams)).toMatchObject({ error: 'access_denied', state: 's1' })
    expect(back.searchParams.has('code')).toBe(false)
  })

  async function submit(sandbox: ReturnType<typeof createSandbox>, form: Record<string, string>) {
    return read(await sandbox.fetch(`${origin}/oauth/authorize`, { method: 'POST', body: new URLSearchParams(form) }))
  }

  test('is taken once per page, for ten minutes, and only from a page that was shown', async () => {
    const sandbox = createSandbox({ startMs })
    const page = await (await sandbox.fetch(authorizationUrl())).text()
    const request = /name="request" value="([^"]+)"/.exec(page)?.[1] ?? ''
    const form = { request, decision: 'allow', account: 'ada.example@example.com' }
    expect((await submit(sandbox, form)).status).toBe(303)
    expect((await submit(sandbox, form)).status).toBe(400)
    expect((await submit(sandbox, { ...form, request: 'made-up' })).status).toBe(400)

    const late =
      /name="request" value="([^"]+)"/.exec(await (await sandbox.fetch(authorizationUrl())).text())?.[1] ?? ''
    sandbox.control.clock.advance(600_000)
    expect((await submit(sandbox, { ...form, request: late })).status).toBe(400)
  })

  test('for an account that is not here shows an error page', async () => {
    const { fetch } = createSandbox({ startMs })
    const attempt = approveAuthorization(fetch, authorizationUrl(), { account: 'nobody@example.com' })
    await expect(attempt).rejects.toMatchObject({ code: 'authorization_page' })
  })

  test('for another account than the first signs that one in', async () => {
    const sandbox = createSandbox({ startMs })
    sandbox.control.accounts.add({ accountKey: '42', principal: 'grace.example@example.com' })
    const account = 'grace.example@example.com'
    await approveAuthorization(sandbox.fetch, authorizationUrl(), { account })
    expect(sandbox.control.ledger.entries({ operation: 'decideAuthorization' })[0]?.account).toBe('42')
  })
})

describe('the page', () => {
  test('forbids scripts, frames and everything from elsewhere', async () => {
    const policy = (await open({})).headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toContain('unsafe')
    expect(policy).toContain("form-action 'self' http://localhost:8080")
  })

  test('writes names from outside as text', async () => {
    const name = '<img src=x onerror=alert(1)>"\''
    const client = { id: 'evil', secret: 's', name, redirectUris: [redirectUri], scopes: ['<b>'] }
    const page = await (await open({ client_id: 'evil' }, { clients: [client] })).text()
    expect(page).not.toContain('<img')
    expect(page).not.toContain('<b>')
  })
})
