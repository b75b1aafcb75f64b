import type { ApiClientOptions } from '@grantkit/api-client'
import { createFakeClock, scriptedFetch, type ScriptedFetch } from '@grantkit/auth-core/testing'

export interface ScriptedClient<Client> {
  readonly client: Client
  readonly fetch: ScriptedFetch
}

/**
 * Creates a client whose requests are answered from a script, in order. Its connection has the token `old`, and `new`
 * once an API refused that one.
 */
export function scriptClient<Client>(
  create: (options: ApiClientOptions) => Client,
  answers: readonly Response[],
): ScriptedClient<Client> {
  const fetch = scriptedFetch(answers)
  const accessToken = (o?: { refused?: unknown }): Promise<{ value: string; scopes: [] }> =>
    Promise.resolve({ value: o?.refused === undefined ? 'old' : 'new', scopes: [] })
  const connection = { audience: ['https://api.example.com'], accessToken }
  return { client: create({ connection, fetch, clock: createFakeClock(), retry: { maxRetries: 0 } }), fetch }
}

/** The tokens that the requests carried, in order. */
export function tokensOf({ fetch }: ScriptedClient<unknown>): (string | undefined)[] {
  return fetch.requests.map(({ headers }) => headers.get('authorization')?.replace('Bearer ', ''))
}

/** The paths that were asked for, with their queries, in order. */
export function pathsOf({ fetch }: ScriptedClient<unknown>): string[] {
  return fetch.requests.map(({ url }) => url.replace('https://api.example.com', ''))
}
