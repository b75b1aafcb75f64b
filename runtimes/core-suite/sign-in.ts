import {
  createAuthClient,
  noClientSecret,
  providerAt,
  providerWith,
  systemClock,
  type AuthClient,
  type AuthClientOptions,
  type Connection,
} from '@grantkit/auth-core'
import { goto } from '@grantkit/auth-core/providers/goto'
import { createMemoryStore } from '@grantkit/auth-core/stores/memory'
import type { FaultEffect, FaultMatch, LedgerSummary } from '@grantkit/sandbox'
import { control } from './control.ts'
import type { Stage } from './stage.ts'

/** A connection to the sandbox by a client that nobody else has, so that its part of the ledger is this test's. */
export interface SignedIn {
  readonly clientId: string
  readonly auth: AuthClient
  readonly connection: Connection
  /** Moves the client's clock, not the sandbox's: its tokens have ended, for all it knows. */
  passTime(durationMs: number): void
  summary(): Promise<LedgerSummary>
  /** Lets the next call that fits go wrong, or wait for {@link release}. Gives the fault's id. */
  spoil(match: FaultMatch, effect: FaultEffect & { hold?: true }): Promise<string>
  /** Resolves once a call is held. */
  held(): Promise<void>
  release(fault: string): Promise<void>
}

export const accountKey = '1234567890'
export const hourMs = 3_600_000

const redirectUri = 'https://app.example.com/callback'
const session = 'browser-session'
let clients = 0

/** Signs in by authorization code with PKCE, which the sandbox demands of clients without a secret. */
export async function signIn(stage: Stage, options: Partial<AuthClientOptions> = {}): Promise<SignedIn> {
  const { sandbox } = stage.setting
  const clientId = `client-${++clients}`
  await control(sandbox, 'clients/add', { id: clientId, redirectUris: [redirectUri], rotation: 'strict' })
  let passedMs = 0
  const clock = { ...systemClock, wallMs: () => Date.now() + passedMs }
  const auth = createAuthClient({
    provider: providerWith(providerAt(goto, sandbox), { rotation: 'strict' }),
    clientId,
    authentication: noClientSecret(),
    store: createMemoryStore({ clock }),
    volatile: 'accept',
    clock,
    fetch: stage.fetch,
    ...options,
  })
  return {
    clientId,
    auth,
    connection: await authorizeInBrowser(stage, auth, { redirectUri }),
    passTime: (durationMs) => void (passedMs += durationMs),
    summary: () => control(sandbox, 'ledger/summary', { clientId }),
    spoil: (match, effect) => control(sandbox, 'faults/add', { match: { clientId, ...match }, ...effect }),
    held: async () => void (await control(sandbox, 'ledger/waitFor', { clientId, stage: 'held' })),
    release: (fault) => control(sandbox, 'faults/release', fault),
  }
}

/** Sends a person through the pages of the authorization server, and ends the sign-in with where they came out. */
export async function authorizeInBrowser(
  { setting }: Stage,
  auth: AuthClient,
  options: { redirectUri: string; scopes?: readonly string[] },
): Promise<Connection> {
  const { url } = await auth.beginAuthorization('ada', { ...options, session })
  const callback = await fetch(`${setting.person}/?url=${encodeURIComponent(url.href)}`)
  return auth.completeAuthorization(new URL(await callback.text()), { session })
}
