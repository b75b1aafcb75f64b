import { describe, expect, it } from 'vitest'
import { rejection } from '../test/bench.ts'
import { discoverProvider, type DiscoveryOptions } from './discovery.ts'
import { createFakeClock, scriptedFetch, type ScriptedAnswer } from './testing/index.ts'

const issuer = 'https://auth.example.com'
const data = { id: 'acme', audience: ['https://api.example.com'], rotation: 'strict' } as const

function document(members: Record<string, unknown> = {}): Response {
  return Response.json({
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    code_challenge_methods_supported: ['plain', 'S256'],
    ...members,
  })
}

async function discover(answer: ScriptedAnswer, more: Partial<DiscoveryOptions> = {}, from: string = issuer) {
  const fetch = scriptedFetch([answer])
  const provider = await discoverProvider(from, { algorithm: 'oauth2', data, fetch, clock: createFakeClock(), ...more })
  return { provider, request: fetch.requests[0] }
}

describe('discoverProvider', () => {
  it('makes a provider of everything that the document tells', async () => {
    const { provider, request } = await discover(
      document({
        revocation_endpoint: `${issuer}/revoke`,
        introspection_endpoint: `${issuer}/introspect`,
        device_authorization_endpoint: `${issuer}/device`,
        pushed_authorization_request_endpoint: `${issuer}/par`,
        require_pushed_authorization_requests: true,
        jwks_uri: `${issuer}/keys`,
        authorization_response_iss_parameter_supported: true,
        token_endpoint_auth_methods_supported: ['tls_client_auth', 'private_key_jwt', 'client_secret_post'],
        id_token_signing_alg_values_supported: ['HS256', 'none', 'ES256', 'RS256'],
        registration_endpoint: `${issuer}/register`,
      }),
    )
    expect(provider).toEqual({
      ...data,
      issuer,
      endpoints: {
        authorization: `${issuer}/authorize`,
        token: `${issuer}/token`,
        revocation: `${issuer}/revoke`,
        introspection: `${issuer}/introspect`,
        deviceAuthorization: `${issuer}/device`,
        pushedAuthorizationRequest: `${issuer}/par`,
        jwks: `${issuer}/keys`,
      },
      requiresPushedAuthorizationRequest: true,
      sendsIssuerInCallback: true,
      clientAuthentication: ['client_secret_post', 'private_key_jwt'],
      idTokenAlgorithms: ['RS256', 'ES256'],
    })
    expect(request).toMatchObject({ method: 'GET', redirect: 'manual' })
  })

  it('lets what the caller knows better win, and leaves out what nobody said', async () => {
    const known = { ...data, endpoints: { token: `${issuer}/other` }, sendsIssuerInCallback: true }
    const { provider } = await discover(document(), { data: known })
    expect(provider.endpoints).toEqual({ authorization: `${issuer}/authorize`, token: `${issuer}/other` })
    expect(provider.sendsIssuerInCallback).toBe(true)
    expect(provider.clientAuthentication).toEqual(['client_secret_basic'])
    expect(provider.idTokenAlgorithms).toBeUndefined()
  })

  it.each([
    ['oauth2', issuer, `${issuer}/.well-known/oauth-authorization-server`],
    ['oauth2', `${issuer}/`, `${issuer}/.well-known/oauth-authorization-server`],
    ['oauth2', `${issuer}/tenant/7`, `${issuer}/.well-known/oauth-authorization-server/tenant/7`],
    ['oidc', issuer, `${issuer}/.well-known/openid-configuration`],
    ['oidc', `${issuer}/tenant/7`, `${issuer}/tenant/7/.well-known/openid-configuration`],
  ] as const)('by %s asks %s at %s', async (algorithm, from, url) => {
    const { provider, request } = await discover(document({ issuer: from }), { algorithm }, from)
    expect([provider.issuer, request?.url]).toEqual([from, url])
  })

  it.each([
    ['of another issuer', { issuer: 'https://evil.example.com' }],
    ['whose issuer has a slash more', { issuer: `${issuer}/` }],
    ['whose issuer is written otherwise', { issuer: 'https://AUTH.example.com' }],
    ['whose issuer has a port more', { issuer: `${issuer}:443` }],
    ['without an issuer', { issuer: undefined }],
    ['without a token endpoint', { token_endpoint: undefined }],
    ['with plain as the only challenge method', { code_challenge_methods_supported: ['plain'] }],
    ['with no challenge method', { code_challenge_methods_supported: [] }],
    ['with challenge methods that are no list', { code_challenge_methods_supported: 'S256' }],
    ['with unknown client authentication', { token_endpoint_auth_methods_supported: ['tls_client_auth'] }],
  ])('refuses a document %s', async (_what, members) => {
    expect(await rejection(discover(document(members)))).toMatchObject({ code: 'metadata_invalid', retryable: false })
  })

  it.each([
    ['plain http', { token_endpoint: 'http://auth.example.com/token' }, 'insecure_endpoint'],
    ['a script', { jwks_uri: 'javascript:alert(1)' }, 'insecure_endpoint'],
    ['credentials', { revocation_endpoint: 'https://a:b@auth.example.com/' }, 'invalid_option'],
    ['a number', { token_endpoint: 7 }, 'invalid_option'],
  ])('refuses an endpoint of %s', async (_what, members, code) => {
    expect(await rejection(discover(document(members)))).toMatchObject({ code })
  })

  it.each<[string, ScriptedAnswer, string]>([
    ['a redirect', Response.redirect('https://evil.example.com/', 302), 'metadata_invalid'],
    ['a 404', new Response('', { status: 404 }), 'metadata_invalid'],
    ['a page', new Response('<html>', { headers: { 'content-type': 'text/html' } }), 'metadata_invalid'],
    ['5 MB', document({ pad: 'x'.repeat(5_000_000) }), 'metadata_invalid'],
    ['a list', Response.json([]), 'metadata_invalid'],
    ['a lost connection', new TypeError('fetch failed'), 'provider_unreachable'],
  ])('refuses %s', async (_what, answer, code) => {
    expect(await rejection(discover(answer))).toMatchObject({ code })
  })

  it('gives up after ten seconds, also in the middle of the document', async () => {
    const dribble = new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode('{')) })
    const answers: ScriptedAnswer[] = [
      () => new Promise<Response>(() => undefined),
      new Response(dribble, { headers: { 'content-type': 'application/json' } }),
    ]
    for (const answer of answers) {
      const clock = createFakeClock()
      const discovered = rejection(discover(answer, { clock }))
      await clock.advance(10_000)
      expect(await discovered).toMatchObject({ code: 'provider_unreachable', retryable: true })
    }
  })

  it('asks nobody for an issuer that is not https, an unknown algorithm or an unknown option', async () => {
    const fetch = scriptedFetch([])
    const calls = [
      discoverProvider('http://auth.example.com', { algorithm: 'oauth2', data, fetch }),
      discoverProvider('http://10.0.0.1', { algorithm: 'oauth2', data: { ...data, allowLoopbackHttp: true }, fetch }),
      discoverProvider(issuer, { algorithm: 'openid' as 'oidc', data, fetch }),
      discoverProvider(issuer, { algorithm: 'oidc', data, fetch, issuer } as never),
    ]
    const codes = (await Promise.all(calls.map(rejection))).map((error) => (error as { code: string }).code)
    expect(codes).toEqual(['insecure_endpoint', 'insecure_endpoint', 'invalid_option', 'invalid_option'])
    fetch.assertDone()
  })
})
