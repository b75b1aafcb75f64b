import { generateKeyPairSync } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Provider } from 'oidc-provider'
import MemoryAdapter from 'oidc-provider/lib/adapters/memory_adapter.js'
import { defineProvider, type Provider as ProviderProfile, type ProviderData } from '@grantkit/auth-core'

export const nativeClient = 'native-client'
export const basicClient = { id: 'basic client+1', secret: "basic:%+ ~'()!*&=?/secret" }
export const keyClient = 'key-client'
export const deviceClient = 'device-client'
export const postClient = { id: 'post-client', secret: 'post:%+ &=secret' }

/** An authorization server that nobody of us wrote, on loopback: rotates refresh tokens and detects their reuse. */
export interface OidcServer {
  readonly origin: string
  /** How many requests the path was asked. */
  count(path: string): number
  /** The provider's data for auth-core. */
  profile(data?: Partial<ProviderData>): ProviderProfile
  close(): Promise<void>
}

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const clientKey = generateKeyPairSync('ec', { namedCurve: 'P-256' })

/** The key that `keyClient` signs with; the server knows its public half. */
export function exportClientKey(): JsonWebKey {
  return clientKey.privateKey.export({ format: 'jwk' })
}

/** {@link exportClientKey}, ready to sign. */
export function importClientKey(): Promise<CryptoKey> {
  return crypto.subtle.importKey('jwk', exportClientKey(), { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign'])
}

const always = (): boolean => true
const seconds = { day: 86_400, hour: 3_600 }

/** Pages with nothing on them but their form; one that reports an error has none. */
const devicePages = {
  userCodeInputSource(context: { body: unknown }, form: string, _out: unknown, error: unknown) {
    context.body = error === undefined ? form : 'refused'
  },
  userCodeConfirmSource(context: { body: unknown }, form: string) {
    context.body = form
  },
  successSource(context: { body: unknown }) {
    context.body = 'done'
  },
}

function configuration(): Record<string, unknown> {
  const shared = { grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'] }
  const callbacks = { redirect_uris: ['https://app.example.com/callback'] }
  return {
    // Behind a function: given as it is, the server warns of losing its data, which is what a test wants.
    adapter: (name: string) => new MemoryAdapter(name),
    jwks: { keys: [privateKey.export({ format: 'jwk' })] },
    cookies: { keys: ['test-cookie-key'] },
    scopes: ['openid', 'api:read', 'api:write'],
    pkce: { required: always },
    // Pages of other origins are clients, too.
    clientBasedCORS: always,
    rotateRefreshToken: true,
    issueRefreshToken: (_context: unknown, client: { grantTypeAllowed(type: string): boolean }) =>
      Promise.resolve(client.grantTypeAllowed('refresh_token')),
    expiresWithSession: () => Promise.resolve(false),
    findAccount: (_context: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id }) }),
    interactions: { url: (_context: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    renderError(context: { body: unknown }, out: object) {
      context.body = out
    },
    ttl: {
      AccessToken: seconds.hour,
      AuthorizationCode: 60,
      ClientCredentials: seconds.hour,
      Grant: seconds.day,
      Interaction: 600,
      RefreshToken: seconds.day,
      Session: seconds.day,
      IdToken: seconds.hour,
      DeviceCode: 600,
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      deviceFlow: { enabled: true, ...devicePages },
      pushedAuthorizationRequests: { enabled: true },
      introspection: { enabled: true, allowedPolicy: always },
      revocation: { enabled: true, allowedPolicy: always },
    },
    clients: [
      {
        ...shared,
        client_id: nativeClient,
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        redirect_uris: ['http://127.0.0.1/callback'],
      },
      {
        ...shared,
        ...callbacks,
        client_id: basicClient.id,
        client_secret: basicClient.secret,
        token_endpoint_auth_method: 'client_secret_basic',
        grant_types: [...shared.grant_types, 'client_credentials'],
      },
      {
        ...shared,
        ...callbacks,
        client_id: postClient.id,
        client_secret: postClient.secret,
        token_endpoint_auth_method: 'client_secret_post',
      },
      {
        ...shared,
        ...callbacks,
        client_id: keyClient,
        token_endpoint_auth_method: 'private_key_jwt',
        token_endpoint_auth_signing_alg: 'ES256',
        jwks: { keys: [{ ...clientKey.publicKey.export({ format: 'jwk' }), kid: 'client-key', use: 'sig' }] },
      },
      {
        client_id: deviceClient,
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        grant_types: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
        response_types: [],
        redirect_uris: [],
      },
    ],
  }
}

/** Starts the server on a free port. Its person agrees to everything. */
export async function startOidcServer(): Promise<OidcServer> {
  const counts = new Map<string, number>()
  const server = createServer()
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const provider = new Provider(origin, configuration())
  const serve = provider.callback()
  server.on('request', (request, response) => {
    const { pathname } = new URL(request.url ?? '/', origin)
    counts.set(pathname, (counts.get(pathname) ?? 0) + 1)
    if (pathname.startsWith('/interaction/')) void agree(provider, request, response)
    else serve(request, response)
  })
  return {
    origin,
    count: (path) => counts.get(path) ?? 0,
    profile: (data) => profileOf(origin, data),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => void server.close(resolve))
    },
  }
}

/** What the person does on the pages of the server: signs in, then consents. */
async function agree(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { prompt, params, session } = await provider.interactionDetails(request, response)
  if (prompt.name === 'login') {
    await provider.interactionFinished(request, response, { login: { accountId: 'ada' } })
    return
  }
  const grant = new provider.Grant({ accountId: session?.accountId ?? '', clientId: String(params['client_id']) })
  grant.addOIDCScope(String(params['scope'] ?? ''))
  await provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } })
}

function profileOf(origin: string, data: Partial<ProviderData> = {}): ProviderProfile {
  return defineProvider({
    id: 'oidc',
    issuer: origin,
    endpoints: {
      authorization: `${origin}/auth`,
      token: `${origin}/token`,
      revocation: `${origin}/token/revocation`,
      introspection: `${origin}/token/introspection`,
    },
    clientAuthentication: ['none', 'client_secret_basic', 'client_secret_post'],
    sendsIssuerInCallback: true,
    defaultScopes: ['api:read'],
    audience: [origin],
    rotation: 'strict',
    introspectsRefreshTokens: true,
    allowLoopbackHttp: true,
    ...data,
  })
}
