import { createOAuthUserAuth } from '@octokit/auth-oauth-user'
import { Octokit } from 'octokit'
import type { BenchClient, Setup } from '../client.ts'
import { installTokenFile, readTokens } from '../token-file.ts'

export const client: BenchClient = {
  install: installTokenFile,
  async open(setup) {
    const { accessToken, refreshToken, expiresAtMs } = await readTokens(setup)
    const octokit = new Octokit({
      baseUrl: setup.origin,
      authStrategy: createOAuthUserAuth,
      auth: {
        clientType: 'github-app',
        clientId: setup.clientId,
        clientSecret: setup.clientSecret,
        token: accessToken,
        refreshToken,
        expiresAt: new Date(expiresAtMs).toISOString(),
        refreshTokenExpiresAt: '2100-01-01T00:00:00.000Z',
      },
      request: { fetch: speakOurDialect(setup) },
      throttle: { onRateLimit: () => false, onSecondaryRateLimit: () => false },
      log: { debug() {}, info() {}, warn() {}, error() {} },
    })
    return { call: async (url) => (await octokit.request(`GET ${new URL(url).pathname}`, accountOf(url))).status }
  },
}

function accountOf(url: string): Record<string, string> {
  return Object.fromEntries(new URL(url).searchParams)
}

/** GitHub takes JSON at its token endpoint and the scheme "token"; other servers take what the RFCs say. */
function speakOurDialect({ origin, fetch: send = fetch }: Setup): typeof fetch {
  return async (input, init) => {
    const headers = new Headers(init?.headers)
    headers.set('authorization', (headers.get('authorization') ?? '').replace(/^token /, 'Bearer '))
    if (!String(input).endsWith('/login/oauth/access_token')) return send(input, { ...init, headers })
    const body = new URLSearchParams(JSON.parse(String(init?.body)) as Record<string, string>)
    const answer = await send(`${origin}/oauth/token`, { method: 'POST', body })
    const tokens = (await answer.json()) as object
    const { status, headers: answered } = answer
    const date = { date: answered.get('date') ?? '' }
    return Response.json({ refresh_token_expires_in: 15_897_600, ...tokens }, { status, headers: date })
  }
}
