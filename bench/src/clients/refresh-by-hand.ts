import type { Setup } from '../client.ts'
import { keepTokens, tokensOf, type KeptTokens } from '../token-file.ts'

/** The token request that the recipes for plain HTTP clients leave to their readers. */
export async function refreshByHand(setup: Setup, { refreshToken }: KeptTokens): Promise<KeptTokens> {
  const { origin, clientId, clientSecret, fetch: send = fetch } = setup
  const response = await send(`${origin}/oauth/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` },
    body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken }),
  })
  if (!response.ok) throw new Error(`The token endpoint answered ${response.status}.`)
  const tokens = tokensOf((await response.json()) as object, refreshToken)
  await keepTokens(setup, tokens)
  return tokens
}
