import * as client from 'openid-client'
import type { Peer, Tokens } from './peer.ts'
import type { ClientCredentials, PlayedServer } from './played-server.ts'

async function configure(
  { issuer, metadata, authentication, fetch, client: own }: PlayedServer,
  { id, secret }: ClientCredentials = own,
): Promise<client.Configuration> {
  const proof =
    authentication === 'client_secret_basic' ? client.ClientSecretBasic(secret) : client.ClientSecretPost(secret)
  if (typeof metadata === 'string') {
    const execute = [client.allowInsecureRequests]
    const options = { algorithm: metadata, [client.customFetch]: fetch, execute }
    return client.discovery(issuer, id, undefined, proof, options)
  }
  const config = new client.Configuration(metadata, id, undefined, proof)
  client.allowInsecureRequests(config)
  config[client.customFetch] = fetch
  return config
}

function tokensOf({ access_token: access, refresh_token: refresh }: client.TokenEndpointResponse, old = ''): Tokens {
  return { access, refresh: refresh ?? old }
}

export const openidClient: Peer = {
  name: 'openid-client',
  async signIn(server) {
    const config = await configure(server)
    const { redirectUri, scopes, takesPkce } = server
    const pkceCodeVerifier = client.randomPKCECodeVerifier()
    const expectedState = client.randomState()
    const challenge = await client.calculatePKCECodeChallenge(pkceCodeVerifier)
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope: scopes.join(' '),
      state: expectedState,
      ...(takesPkce ? { code_challenge: challenge, code_challenge_method: 'S256' } : {}),
    })
    const checks = { expectedState, ...(takesPkce ? { pkceCodeVerifier } : {}) }
    return tokensOf(await client.authorizationCodeGrant(config, await server.approve(url), checks))
  },
  async refresh(server, refreshToken) {
    return tokensOf(await client.refreshTokenGrant(await configure(server), refreshToken), refreshToken)
  },
  async revoke(server, refreshToken) {
    await client.tokenRevocation(await configure(server), refreshToken)
  },
  async introspect(server, accessToken) {
    return (await client.tokenIntrospection(await configure(server), accessToken)).active
  },
  async clientCredentials(server, credentials) {
    return (await client.clientCredentialsGrant(await configure(server, credentials))).access_token
  },
  async callApi(server, { access }) {
    return client.fetchProtectedResource(await configure(server), access, server.apiUrl, 'GET')
  },
}
