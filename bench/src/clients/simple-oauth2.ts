import { AuthorizationCode } from 'simple-oauth2'
import type { BenchClient } from '../client.ts'
import { installTokenFile, keepTokens, readTokens } from '../token-file.ts'

export const client: BenchClient = {
  install: installTokenFile,
  async open(setup) {
    const { origin, clientId, clientSecret, fetch: send = fetch } = setup
    const oauth = new AuthorizationCode({
      client: { id: clientId, secret: clientSecret },
      auth: { tokenHost: origin, tokenPath: '/oauth/token' },
    })
    const { accessToken, refreshToken, expiresAtMs } = await readTokens(setup)
    let token = oauth.createToken({
      access_token: accessToken,
      refresh_token: refreshToken,
      expires_at: new Date(expiresAtMs),
    })
    return {
      async call(url) {
        if (token.expired()) {
          token = await token.refresh()
          await keepTokens(setup, {
            accessToken: String(token.token['access_token']),
            refreshToken: String(token.token['refresh_token']),
            expiresAtMs: Number(token.token['expires_at']),
          })
        }
        const headers = { authorization: `Bearer ${String(token.token['access_token'])}` }
        const response = await send(url, { headers })
        await response.json()
        return response.status
      },
    }
  },
}
