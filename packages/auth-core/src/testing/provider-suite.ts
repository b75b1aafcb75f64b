import { createAuthClient, type AuthClient } from '../auth-client.ts'
import {
  clientSecretBasic,
  clientSecretPost,
  noClientSecret,
  type ClientAuthentication,
} from '../client-authentication.ts'
import { isAuthError, type AuthErrorCode } from '../errors.ts'
import { refreshToken } from '../grants/grant.ts'
import { privateKeyJwt } from '../private-key-jwt.ts'
import type { Provider } from '../provider.ts'
import { createMemoryStore } from '../stores/memory.ts'
import { createFakeClock, type FakeClock } from './fake-clock.ts'
import { check, checkEqual } from './store-suite/subject.ts'

export interface ProviderSuiteOptions {
  /** Groups tests; the runner's own. */
  readonly describe: (name: string, define: () => void) => void
  /** Defines a test; the runner's own. */
  readonly it: (name: string, run: () => Promise<void>) => void
  readonly provider: Provider
  /** Puts a token answer into the vendor's shape; as it is by default. */
  readonly wrapTokens?: (body: Readonly<Record<string, unknown>>) => unknown
  /** How the vendor refuses a refresh token; 400 with `invalid_grant` by default. */
  readonly refuse?: () => Response
}

/**
 * Defines the tests that every provider's data has to pass: https everywhere, frozen, a pure `conform`, and refreshes
 * that work under the declared rotation against a scripted server. A test fails by rejecting with an error that says
 * what was expected. Needs no test library.
 *
 * @example
 * providerSuite({ describe, it, provider: acme })
 */
export function providerSuite(options: ProviderSuiteOptions): void {
  const { describe, it, provider } = options
  describe(`the provider ${provider.id}`, () => {
    it('names https addresses only', async () => {
      for (const address of addressesOf(provider)) {
        const isFine = address.startsWith('https://') || provider.allowLoopbackHttp === true
        check(isFine, `${address} uses https`)
      }
    })
    it('cannot be changed', async () => check(isFrozen(provider), 'every part of the provider is frozen'))
    it('repairs answers without changing them', async () => checkConform(options))
    it('refreshes once for all callers, under its rotation', async () => checkRotation(options))
    it('ends a grant by what the vendor answers for a dead refresh token', async () => checkRefusal(options))
    it('leaves the grant alone when the client is refused', async () => checkClientRefusal(options))
  })
}

const hourMs = 3_600_000
const callers = 20

interface ScriptedServer {
  readonly fetch: (input: Request | URL | string, init?: RequestInit) => Promise<Response>
  readonly presented: (string | null)[]
  answer: (() => Response) | undefined
}

/** A server that rotates as the provider says, and refuses a refresh token that was used. */
function createServer({ provider, wrapTokens = (body) => body }: ProviderSuiteOptions): ScriptedServer {
  const presented: (string | null)[] = []
  const server: ScriptedServer = {
    presented,
    answer: undefined,
    async fetch(input, init) {
      presented.push(new URLSearchParams(await new Request(input, init).text()).get('refresh_token'))
      if (server.answer !== undefined) return server.answer()
      const n = presented.length
      const rotates = provider.rotation !== 'none'
      const tokens = { access_token: `at-${n}`, token_type: 'Bearer', expires_in: 3600 }
      return Response.json(wrapTokens(rotates ? { ...tokens, refresh_token: `rt-${n}` } : tokens))
    },
  }
  return server
}

async function checkRotation(options: ProviderSuiteOptions): Promise<void> {
  const { clock, client, server } = await connect(options)
  const connection = client.connection('ada')
  for (let generation = 1; generation <= 3; generation += 1) {
    const tokens = await Promise.all(Array.from({ length: callers }, () => connection.accessToken()))
    const values = [...new Set(tokens.map(({ value }) => value))]
    checkEqual(values, [`at-${generation}`], `the access tokens of generation ${generation}`)
    await clock.advance(hourMs)
  }
  const rotated = ['rt-0', 'rt-1', 'rt-2']
  const expected = options.provider.rotation === 'none' ? rotated.map(() => 'rt-0') : rotated
  checkEqual(server.presented, expected, 'the refresh tokens that were presented')
}

async function checkRefusal(options: ProviderSuiteOptions): Promise<void> {
  const { client, server } = await connect(options)
  server.answer = options.refuse ?? (() => Response.json({ error: 'invalid_grant' }, { status: 400 }))
  await checkFails(client, 'reconnect')
  checkEqual((await client.connection('ada').status()).state, 'reauth', 'the state after the refusal')
}

async function checkClientRefusal(options: ProviderSuiteOptions): Promise<void> {
  const { clock, client, server } = await connect(options)
  server.answer = () => Response.json({ error: 'invalid_client' }, { status: 401 })
  await checkFails(client, 'client_rejected')
  server.answer = undefined
  await clock.advance(hourMs)
  check((await client.connection('ada').accessToken()).value !== '', 'the grant goes on once the client is right')
}

async function checkFails(client: AuthClient, code: AuthErrorCode): Promise<void> {
  const error = await client
    .connection('ada')
    .accessToken()
    .then(
      () => undefined,
      (reason: unknown) => reason,
    )
  check(isAuthError(error, code), `the refresh fails with ${code}, but it came to ${String(error)}`)
}

async function connect(
  options: ProviderSuiteOptions,
): Promise<{ clock: FakeClock; client: AuthClient; server: ScriptedServer }> {
  const { provider } = options
  const clock = createFakeClock()
  const server = createServer(options)
  const client = createAuthClient({
    provider,
    clientId: 'client-1',
    authentication: await authenticationFor(provider),
    store: createMemoryStore({ clock }),
    volatile: 'accept',
    fetch: server.fetch,
    clock,
  })
  await client.connect('ada', refreshToken('rt-0'))
  return { clock, client, server }
}

async function authenticationFor({ clientAuthentication: [method] }: Provider): Promise<ClientAuthentication> {
  if (method === 'client_secret_basic') return clientSecretBasic('client-secret')
  if (method === 'client_secret_post') return clientSecretPost('client-secret')
  if (method === 'none') return noClientSecret()
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
  return privateKeyJwt(pair.privateKey)
}

async function checkConform({ provider, wrapTokens = (body) => body }: ProviderSuiteOptions): Promise<void> {
  const tokens = { access_token: 'at', token_type: 'Bearer', expires_in: 3600, refresh_token: 'rt' }
  const answers = [
    { status: 200, body: wrapTokens(tokens) as Readonly<Record<string, unknown>> },
    { status: 400, body: { error: 'invalid_grant', error_description: 'x' } },
    { status: 200, body: {} },
    { status: 500, body: { error: null, data: null } },
  ]
  for (const answer of answers) {
    const before = JSON.stringify(answer)
    const first = JSON.stringify(provider.conform?.(answer) ?? answer)
    checkEqual(JSON.stringify(provider.conform?.(answer) ?? answer), first, 'the second repair of the same answer')
    checkEqual(JSON.stringify(answer), before, 'the answer after it was repaired')
  }
  const { body } = provider.conform?.(answers[0] ?? { status: 200, body: {} }) ?? { body: tokens }
  checkEqual([body['access_token'], body['refresh_token']], ['at', 'rt'], 'the tokens of a repaired answer')
}

function addressesOf({ issuer, endpoints, audience }: Provider): readonly string[] {
  return [issuer, ...Object.values(endpoints), ...audience]
}

function isFrozen(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true
  return Object.isFrozen(value) && Object.values(value).every(isFrozen)
}
