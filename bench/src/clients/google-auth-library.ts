import { OAuth2Client } from 'google-auth-library'
import type { BenchClient } from '../client.ts'
import { installTokenFile, keepTokens, readTokens } from '../token-file.ts'

export const client: BenchClient = {
  install: installTokenFile,
  async open(setup) {
    const { origin, clientId, clientSecret, fetch: send } = setup
    const auth = new OAuth2Client({
      clientId,
      clientSecret,
      endpoints: { oauth2TokenUrl: `${origin}/oauth/token` },
      ...(send === undefined ? {} : { transporterOptions: { fetchImplementation: send } }),
    })
    const { accessToken, refreshToken, expiresAtMs } = await readTokens(setup)
    auth.setCredentials({ access_token: accessToken, refresh_token: refreshToken, expiry_date: expiresAtMs })
    auth.on('tokens', ({ access_token, refresh_token, expiry_date }) => {
      void keepTokens(setup, {
        accessToken: access_token ?? '',
        refreshToken: refresh_token ?? refreshToken,
        expiresAtMs: expiry_date ?? 0,
      })
    })
    return { call: async (url) => (await auth.request({ url })).status }
  },
}
