import { approveAuthorization, defaultClient } from '@grantkit/sandbox'

/** Signs in at a played vendor and gives the refresh token. */
export async function obtainRefreshToken(vendor: string): Promise<string> {
  const [redirectUri = ''] = defaultClient.redirectUris ?? []
  const client = { client_id: defaultClient.id, redirect_uri: redirectUri }
  const query = new URLSearchParams({ response_type: 'code', ...client })
  const callback = await approveAuthorization(fetch, `${vendor}/oauth/authorize?${query}`)
  const code = callback.searchParams.get('code') ?? ''
  const body = { grant_type: 'authorization_code', code, client_secret: defaultClient.secret ?? '', ...client }
  const answer = await fetch(`${vendor}/oauth/token`, { method: 'POST', body: new URLSearchParams(body) })
  return ((await answer.json()) as { refresh_token: string }).refresh_token
}
