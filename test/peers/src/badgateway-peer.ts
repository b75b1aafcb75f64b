import { generateCodeVerifier, OAuth2Client, OAuth2Fetch, type OAuth2Token } from '@badgateway/oauth2-client'
import type { Peer, Tokens } from './peer.ts'
import type { ClientCredentials, PlayedServer } from './played-server.ts'

function createClient(server: PlayedServer, { id, secret }: ClientCredentials = server.client): OAuth2Client {
  const { issuer, metadata, authentication, fetch } = server
  const basics = {
    server: issuer.href,
    clientId: id,
    clientSecret: secret,
    authenticationMethod: authentication,
    fetch,
  }
  if (metadata === 'oauth2') return new OAuth2Client(basics)
  if (metadata === 'oidc') {
    return new OAuth2Client({ ...basics, discoveryEndpoint: '/.well-known/openid-configuration' })
  }
  const { authorization_endpoint: authorizationEndpoint, token_endpoint: tokenEndpoint } = metadata
  return new OAuth2Client({ ...basics, authorizationEndpoint, tokenEndpoint })
}

function tokenOf({ access, refresh }: Tokens): OAuth2Token {
  return { accessToken: access, refreshToken: refresh, expiresAt: null }
}

function tokensOf({ accessToken, refreshToken }: OAuth2Token): Tokens {
  return { access: accessToken, refresh: refreshToken ?? '' }
}

export const badgateway: Peer = {
  name: '@badgateway/oauth2-client',
  async signIn(server) {
    const { authorizationCode } = createClient(server)
    const { redirectUri, scopes, takesPkce } = server
    const state = 'a-state'
    const codes = takesPkce ? { codeVerifier: await generateCodeVerifier() } : {}
    const uri = await authorizationCode.getAuthorizeUri({ redirectUri, scope: [...scopes], state, ...codes })
    const callback = await server.approve(new URL(uri))
    return tokensOf(await authorizationCode.getTokenFromCodeRedirect(callback, { redirectUri, state, ...codes }))
  },
  async refresh(server, refresh) {
    return tokensOf(await createClient(server).refreshToken(tokenOf({ access: '', refresh })))
  },
  async revoke(server, refresh) {
    await createClient(server).revoke(tokenOf({ access: '', refresh }), 'refresh_token')
  },
  async introspect(server, access) {
    return (await createClient(server).introspect(tokenOf({ access, refresh: '' }))).active
  },
  async clientCredentials(server, credentials) {
    return (await createClient(server, credentials).clientCredentials()).accessToken
  },
  callApi(server, tokens) {
    const wrapper = new OAuth2Fetch({
      client: createClient(server),
      getStoredToken: () => tokenOf(tokens),
      getNewToken: () => null,
      scheduleRefresh: false,
    })
    return wrapper.fetch(server.apiUrl.href)
  },
}
