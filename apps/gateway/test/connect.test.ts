import type { Fetch } from '@grantkit/auth-core'
import { approveAuthorization } from '@grantkit/sandbox'
import { describe, expect, it } from 'vitest'
import { openBench, type Bench } from './bench.ts'

const clients = {
  goto: { client_id: 'sandbox-client', client_secret: 'sandbox-secret' },
  google: { client_id: 'sandbox-google-web', client_secret: 'sandbox-google-secret' },
  carthooks: { client_id: 'dvc-sandbox', client_secret: 'dvs-sandbox' },
} as const

async function openFor(provider: keyof typeof clients): Promise<Bench & { key: string; link: string }> {
  const gateway = 'http://127.0.0.1:8078'
  const { client_id: id, client_secret: secret } = clients[provider]
  const redirectUris = [`${gateway}/oauth/callback/${provider}`, 'http://localhost:8080/callback']
  const vendor = provider === 'goto' ? {} : ({ vendor: provider } as const)
  const bench = await openBench(
    provider === 'carthooks' ? {} : { sandbox: { clients: [{ ...vendor, id, secret, redirectUris }] } },
  )
  const { key } = await bench.addTenant('acme', { connected: false })
  const json = { provider, ...clients[provider] }
  await bench.call('PUT', `/tenants/acme/apps/${provider}`, { token: bench.operator, json })
  const invited = await bench.call('POST', `/tenants/acme/apps/${provider}/connect`, { token: key })
  const { connect_url: url } = (await invited.json()) as { connect_url: string }
  return { ...bench, key, link: new URL(url).pathname }
}

const cookieOf = (answer: Response): string => answer.headers.get('set-cookie')?.split(';', 1)[0] ?? ''

describe('connecting in the browser', () => {
  it.each([
    ['goto', 'GoTo', '/call-queues?accountKey=1234567890'],
    ['google', 'Google', '/calendar-proxy/users/me/calendarList'],
  ] as const)('leads to %s and back, and the app works', async (provider, name, path) => {
    const bench = await openFor(provider)
    const shown = await bench.call('GET', bench.link)
    expect(await shown.text()).toContain(`Connect ${name}`)
    const begun = await bench.call('POST', bench.link)
    expect(begun.status).toBe(303)
    expect(begun.headers.get('set-cookie')).toMatch(/HttpOnly/)
    const callback = await approveAuthorization(bench.sandbox.fetch, begun.headers.get('location') ?? '')
    const back = callback.pathname + callback.search
    const done = await bench.call('GET', back, { headers: { cookie: cookieOf(begun) } })
    expect(await done.text()).toContain(`${name} is connected`)
    const again = await bench.call('GET', back, { headers: { cookie: cookieOf(begun) } })
    expect(again.status).toBe(404)
    const session = await bench.startSession(bench.key, 'acme', provider)
    expect((await bench.call('GET', path, { token: session })).status).toBe(200)
  })

  it('connects Carthooks as the client itself, since nobody is asked there', async () => {
    const bench = await openFor('carthooks')
    expect(await (await bench.call('POST', bench.link)).text()).toContain('Carthooks is connected')
    const session = await bench.startSession(bench.key, 'acme', 'carthooks')
    expect((await bench.call('GET', '/carthooks-proxy/v1/me', { token: session })).status).toBe(200)
  })

  it('lets Carthooks act for a person by the token that the person has there, for every gateway', async () => {
    const bench = await openFor('carthooks')
    const path = '/tenants/acme/apps/carthooks/grant'
    const bring = (token: string) =>
      bench.call('PUT', path, { token: bench.operator, json: { user_access_token: token } })
    expect((await bring('made-up')).status).toBeGreaterThanOrEqual(400)
    expect((await bring(bench.sandbox.control.carthooks.createUserToken())).status).toBe(200)
    const toSandbox: Fetch = (input, init) => bench.sandbox.fetch(input as Request, init)
    const other = await openBench({ store: bench.store, fetch: () => toSandbox })
    const session = await other.startSession(bench.key, 'acme', 'carthooks')
    const answer = await other.call('GET', '/carthooks-proxy/v1/me', { token: session })
    expect(await answer.json()).toMatchObject({ data: { username: 'ada.example' } })
    expect(other.sent.map(({ url }) => url)).toEqual(['https://api.carthooks.com/v1/me'])
  })

  it('takes such a token for no other provider', async () => {
    const bench = await openFor('goto')
    const json = { user_access_token: 'any' }
    const answer = await bench.call('PUT', '/tenants/acme/apps/goto/grant', { token: bench.operator, json })
    expect(answer.status).toBe(422)
  })

  it('uses a link once, and shows it as often as somebody looks', async () => {
    const bench = await openFor('goto')
    expect((await bench.call('GET', bench.link)).status).toBe(200)
    expect((await bench.call('GET', bench.link)).status).toBe(200)
    expect((await bench.call('POST', bench.link)).status).toBe(303)
    expect((await bench.call('GET', bench.link)).status).toBe(404)
    expect((await bench.call('POST', bench.link)).status).toBe(404)
  })

  it.each([
    ['without a cookie', ''],
    ['with the cookie of another browser', `grantkit-connect=${'a'.repeat(43)}`],
  ])('takes nobody back %s', async (_, cookie) => {
    const bench = await openFor('goto')
    const begun = await bench.call('POST', bench.link)
    const callback = await approveAuthorization(bench.sandbox.fetch, begun.headers.get('location') ?? '')
    const before = bench.sent.length
    const done = await bench.call('GET', callback.pathname + callback.search, { headers: { cookie } })
    expect([done.status, bench.sent.length]).toEqual([404, before])
  })

  it.each([
    ['another state', (url: URL) => url.searchParams.set('state', 'other')],
    ['a code twice', (url: URL) => url.searchParams.append('code', 'other')],
    ['no code', (url: URL) => url.searchParams.delete('code')],
  ])('redeems nothing with %s', async (_, change) => {
    const bench = await openFor('goto')
    const begun = await bench.call('POST', bench.link)
    const callback = await approveAuthorization(bench.sandbox.fetch, begun.headers.get('location') ?? '')
    change(callback)
    const before = bench.sent.length
    const back = callback.pathname + callback.search
    const done = await bench.call('GET', back, { headers: { cookie: cookieOf(begun) } })
    expect([done.status, bench.sent.length]).toEqual([400, before])
  })

  it('says on the page that the person said no, and escapes what the provider wrote', async () => {
    const bench = await openFor('goto')
    const begun = await bench.call('POST', bench.link)
    const callback = await approveAuthorization(bench.sandbox.fetch, begun.headers.get('location') ?? '', {
      decision: 'deny',
    })
    callback.searchParams.set('error_description', '<script>alert(1)</script>')
    const back = callback.pathname + callback.search
    const done = await bench.call('GET', back, { headers: { cookie: cookieOf(begun) } })
    const page = await done.text()
    expect(done.status).toBe(400)
    expect(page).toContain('was not connected')
    expect(page).not.toContain('<script')
  })

  it('loads nothing, is kept nowhere and shows no secret', async () => {
    const bench = await openFor('goto')
    const shown = await bench.call('GET', bench.link)
    expect(shown.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; .*form-action 'self' https:\/\/identity\.goto\.com;/,
    )
    expect([shown.headers.get('cache-control'), shown.headers.get('referrer-policy')]).toEqual([
      'no-store',
      'no-referrer',
    ])
    const begun = await bench.call('POST', bench.link)
    const callback = await approveAuthorization(bench.sandbox.fetch, begun.headers.get('location') ?? '')
    const back = callback.pathname + callback.search
    const done = await bench.call('GET', back, { headers: { cookie: cookieOf(begun) } })
    const page = await done.text()
    for (const secret of callback.searchParams.values()) expect(page).not.toContain(secret)
  })
})
