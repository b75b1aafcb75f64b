import { OAuth2Client, OAuth2Fetch } from '@badgateway/oauth2-client'
import type { BenchClient } from '../client.ts'
import { installTokenFile, keepTokens, readTokens } from '../token-file.ts'

export const client: BenchClient = {
  install: installTokenFile,
  async open(setup) {
    const { origin, clientId, clientSecret, fetch: send } = setup
    const oauth = new OAuth2Client({
      server: origin,
      clientId,
      clientSecret,
      tokenEndpoint: '/oauth/token',
      ...(send === undefined ? {} : { fetch: send }),
    })
    const wrapper = new OAuth2Fetch({
      client: oauth,
      getNewToken: () => null, // A person would have to sign in.
      getStoredToken: () =>
        readTokens(setup).then(({ expiresAtMs, ...tokens }) => ({ ...tokens, expiresAt: expiresAtMs })),
      storeToken({ accessToken, refreshToken, expiresAt }) {
        void keepTokens(setup, { accessToken, refreshToken: refreshToken ?? '', expiresAtMs: expiresAt ?? 0 })
      },
    })
    const middleware = wrapper.mw()
    return {
      async call(url) {
        // Its own `fetch` is these two lines with the global fetch.
        const response = await (send === undefined ? wrapper.fetch(url) : middleware(new Request(url), send))
        await response.json()
        return response.status
      },
    }
  },
}
