import { createAuthClient, type AuthClient, type Fetch } from '@grantkit/auth-core'
import { privateKeyJwt } from '@grantkit/auth-core/private-key-jwt'
import { discoverProvider } from '@grantkit/auth-core/discovery'
import { verifyIdTokens } from '@grantkit/auth-core/id-token'
import { createMemoryStore } from '@grantkit/auth-core/stores/memory'
import { expectEqual, expectError } from './expectations.ts'
import { authorizeInBrowser } from './sign-in.ts'
import type { Part, Stage } from './stage.ts'

const redirectUri = 'https://app.example.com/callback'
const scopes = ['openid', 'api:read']
const ecdsa = { name: 'ECDSA', namedCurve: 'P-256' }
const rsa = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
}

export const signatureTests: Part = ({ describe, it }, stage) => {
  describe('at a server that nobody of us wrote', () => {
    it('a client signs in, refreshes and disconnects by assertions that it signs', async () => {
      const { clientKey } = stage.setting.oidc
      const auth = await createClient(stage, await crypto.subtle.importKey('jwk', clientKey, ecdsa, false, ['sign']))
      const connection = await authorizeInBrowser(stage, auth, { redirectUri, scopes })
      await connection.refresh()
      expectEqual((await connection.status()).generation, 2, 'the generation')
      expectEqual(await connection.disconnect(), { erased: true, revoked: true }, 'what was done')
    })

    it('a client with a key of its own making is refused', async () => {
      const { privateKey } = await crypto.subtle.generateKey(ecdsa, false, ['sign', 'verify'])
      const auth = await createClient(stage, privateKey)
      await expectError(authorizeInBrowser(stage, auth, { redirectUri, scopes }), 'client_rejected', 'the sign-in')
    })

    it('an ID token that somebody else signed connects nobody', async () => {
      const { clientKey } = stage.setting.oidc
      const key = await crypto.subtle.importKey('jwk', clientKey, ecdsa, false, ['sign'])
      const auth = await createClient(stage, key, withForeignKeys(stage))
      await expectError(authorizeInBrowser(stage, auth, { redirectUri, scopes }), 'id_token_invalid', 'the sign-in')
      expectEqual((await auth.connection('ada').status()).state, 'absent', 'the state')
    })
  })
}

async function createClient(stage: Stage, key: CryptoKey, fetch: Fetch = stage.fetch): Promise<AuthClient> {
  const { origin, clientId } = stage.setting.oidc
  const provider = await discoverProvider(origin, {
    algorithm: 'oidc',
    data: { id: 'oidc', audience: [origin], rotation: 'strict', allowLoopbackHttp: true },
    fetch,
  })
  return createAuthClient({
    provider,
    clientId,
    authentication: privateKeyJwt({ key, kid: 'client-key' }),
    idToken: verifyIdTokens(),
    store: createMemoryStore(),
    volatile: 'accept',
    fetch,
  })
}

/** Gives the server's keys under their names, but other ones. */
function withForeignKeys({ fetch }: Stage): Fetch {
  return async (input, init) => {
    const response = await fetch(input, init)
    if (!new URL(response.url).pathname.endsWith('/jwks')) return response
    const { keys } = (await response.json()) as { keys: readonly JsonWebKey[] }
    const foreign = await crypto.subtle.generateKey(rsa, true, ['sign', 'verify'])
    const { n = '', e = '' } = await crypto.subtle.exportKey('jwk', foreign.publicKey)
    return Response.json({ keys: keys.map((key) => ({ ...key, n, e })) })
  }
}
