import * as oauth from 'oauth4webapi'
import type { Peer, Tokens } from './peer.ts'
import type { ClientCredentials, PlayedServer } from './played-server.ts'

/** The options of every request. */
const requestOptions = ({ fetch }: PlayedServer) => ({
  [oauth.allowInsecureRequests]: true,
  [oauth.customFetch]: fetch,
})

async function findServer(server: PlayedServer): Promise<oauth.AuthorizationServer> {
  const { issuer, metadata } = server
  if (typeof metadata !== 'string') return metadata
  const answer = await oauth.discoveryRequest(issuer, { algorithm: metadata, ...requestOptions(server) })
  return oauth.processDiscoveryResponse(issuer, answer)
}

function authenticate({ authentication }: PlayedServer, { secret }: ClientCredentials): oauth.ClientAuth {
  return authentication === 'client_secret_basic' ? oauth.ClientSecretBasic(secret) : oauth.ClientSecretPost(secret)
}

/** What every grant takes first: the server, the client, and how the client proves who it is. */
async function party(
  server: PlayedServer,
  credentials: ClientCredentials = server.client,
): Promise<[oauth.AuthorizationServer, oauth.Client, oauth.ClientAuth]> {
  return [await findServer(server), { client_id: credentials.id }, authenticate(server, credentials)]
}

function tokensOf({ access_token: access, refresh_token: refresh }: oauth.TokenEndpointResponse, old = ''): Tokens {
  return { access, refresh: refresh ?? old }
}

export const oauth4webapi: Peer = {
  name: 'oauth4webapi',
  async signIn(server) {
    const [as, client, authentication] = await party(server)
    const { redirectUri, scopes, takesPkce } = server
    const verifier = oauth.generateRandomCodeVerifier()
    const state = oauth.generateRandomState()
    const url = new URL(as.authorization_endpoint ?? '')
    const challenge = await oauth.calculatePKCECodeChallenge(verifier)
    url.search = new URLSearchParams({
      client_id: client.client_id,
      redirect_uri: redirectUri,
      response_type: 'code',
      scope: scopes.join(' '),
      state,
      ...(takesPkce ? { code_challenge: challenge, code_challenge_method: 'S256' } : {}),
    }).toString()

    const callback = oauth.validateAuthResponse(as, client, await server.approve(url), state)
    const proof = takesPkce ? verifier : oauth.nopkce
    const options = requestOptions(server)
    const answer = await oauth.authorizationCodeGrantRequest(
      as,
      client,
      authentication,
      callback,
      redirectUri,
      proof,
      options,
    )
    return tokensOf(await oauth.processAuthorizationCodeResponse(as, client, answer))
  },
  async refresh(server, refreshToken) {
    const [as, client, authentication] = await party(server)
    const options = requestOptions(server)
    const answer = await oauth.refreshTokenGrantRequest(as, client, authentication, refreshToken, options)
    return tokensOf(await oauth.processRefreshTokenResponse(as, client, answer), refreshToken)
  },
  async revoke(server, refreshToken) {
    const [as, client, authentication] = await party(server)
    const answer = await oauth.revocationRequest(as, client, authentication, refreshToken, requestOptions(server))
    await oauth.processRevocationResponse(answer)
  },
  async introspect(server, accessToken) {
    const [as, client, authentication] = await party(server)
    const options = requestOptions(server)
    const answer = await oauth.introspectionRequest(as, client, authentication, accessToken, options)
    return (await oauth.processIntrospectionResponse(as, client, answer)).active
  },
  async clientCredentials(server, credentials) {
    const [as, client, authentication] = await party(server, credentials)
    const options = requestOptions(server)
    const answer = await oauth.clientCredentialsGrantRequest(as, client, authentication, {}, options)
    return (await oauth.processClientCredentialsResponse(as, client, answer)).access_token
  },
  callApi: (server, { access }) =>
    oauth.protectedResourceRequest(access, 'GET', server.apiUrl, undefined, undefined, requestOptions(server)),
}
