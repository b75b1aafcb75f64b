import * as oidc from 'openid-client'
import type { BenchClient } from '../client.ts'
import { installTokenFile, keepTokens, readTokens, tokensOf } from '../token-file.ts'

export const client: BenchClient = {
  install: installTokenFile,
  async open(setup) {
    const { origin, clientId, clientSecret, fetch: send } = setup
    const server = { issuer: origin, token_endpoint: `${origin}/oauth/token` }
    const config = new oidc.Configuration(server, clientId, undefined, oidc.ClientSecretBasic(clientSecret))
    oidc.allowInsecureRequests(config)
    if (send !== undefined) config[oidc.customFetch] = (url, init) => send(url, init as RequestInit)
    let tokens = await readTokens(setup)
    return {
      async call(url) {
        if (tokens.expiresAtMs <= Date.now()) {
          const { refreshToken } = tokens
          tokens = tokensOf(await oidc.refreshTokenGrant(config, refreshToken), refreshToken)
          await keepTokens(setup, tokens)
        }
        const response = await oidc.fetchProtectedResource(config, tokens.accessToken, new URL(url), 'GET')
        await response.json()
        return response.status
      },
    }
  },
}
