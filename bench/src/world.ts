import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { approveAuthorization, createSandbox, listen, type Sandbox } from '@grantkit/sandbox'
import type { Setup, TokenAnswer } from './client.ts'

/** Where clients that need no sandbox keep what they keep. */
export interface Place {
  readonly setup: Setup
  readonly tokens: TokenAnswer
  close(): Promise<void>
}

/** A sandbox on a socket, somebody who has signed in there, and a folder for what clients keep. */
export interface World extends Place {
  readonly sandbox: Sandbox
  /** An address of the API, to be asked with a current token. */
  readonly apiUrl: string
}

const redirectUri = 'http://localhost:8080/callback'
const registration = { clientId: 'bench-client', clientSecret: 'bench-secret' }

/**
 * Signs somebody in and lets `ageMs` pass. The server spends each refresh token at its first use and takes a second one
 * for theft, which ends the grant.
 */
export async function createWorld({
  ageMs,
  tokenEndpointMs = 50,
}: {
  ageMs: number
  tokenEndpointMs?: number
}): Promise<World> {
  const { clientId, clientSecret } = registration
  const sandbox = createSandbox({
    rotation: 'strict',
    clients: [{ id: clientId, secret: clientSecret, redirectUris: [redirectUri] }],
  })
  const { origin } = await listen(sandbox)
  const tokens = await signIn(origin)
  sandbox.control.clock.advance(ageMs)
  sandbox.control.faults.add({ match: { kind: 'token' }, times: 'always', delayMs: tokenEndpointMs })
  const place = await createPlace(origin, tokens, ageMs)
  return {
    ...place,
    sandbox,
    apiUrl: apiUrlAt(origin),
    async close() {
      await sandbox.close()
      await place.close()
    },
  }
}

/** A folder for what clients keep, and tokens that were never checked by anybody. */
export async function createPlace(origin: string, tokens: TokenAnswer = unchecked, ageMs = 0): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'grantkit-bench-'))
  return {
    setup: { origin, ...registration, folder, ageMs },
    tokens,
    close: () => rm(folder, { recursive: true, force: true }),
  }
}

const unchecked: TokenAnswer = {
  access_token: 'token-of-the-bench',
  token_type: 'Bearer',
  refresh_token: 'unused',
  expires_in: 3600,
}

export const apiUrlAt = (origin: string): string => `${origin}/voice-admin/v1/call-queues?accountKey=1234567890`

async function signIn(origin: string): Promise<TokenAnswer> {
  const { clientId, clientSecret } = registration
  const request = new URLSearchParams({ response_type: 'code', client_id: clientId, redirect_uri: redirectUri })
  const callback = await approveAuthorization(fetch, `${origin}/oauth/authorize?${request}`)
  const code = callback.searchParams.get('code') ?? ''
  const response = await fetch(`${origin}/oauth/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` },
    body: new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: redirectUri }),
  })
  if (!response.ok) throw new Error(`The sandbox answered the sign-in with ${response.status}.`)
  return (await response.json()) as TokenAnswer
}
