import { checkAuthClientOptions, type AuthClientOptions } from './auth-client-options.ts'
import { toTokenSet, type TokenSet } from './access-token.ts'
import { systemClock } from './clock.ts'
import { createConnection } from './create-connection.ts'
import type { Connection } from './connection.ts'
import { AuthError } from './errors.ts'
import type { AuthEvent } from './events.ts'
import {
  beginAuthorization,
  redeemCallback,
  type AuthorizationOptions,
  type Authorized,
} from './grants/authorization-code.ts'
import type { Grant } from './grants/grant.ts'
import { revoke } from './grants/revoke.ts'
import type { Wire } from './grants/token-endpoint.ts'
import { createGrantSession, type GrantSession } from './refresh/grant-session.ts'
import type { GrantTokens } from './refresh/grant-record.ts'
import { createGrantStore, type GrantStore } from './refresh/grant-store.ts'
import type { Report } from './refresh/refresh-ports.ts'
import { close, install } from './refresh/steps.ts'
import { resolveTimes } from './refresh/times.ts'
import { startStopwatch } from './stopwatch.ts'
import { grantKey } from './store-key.ts'
import { createTokenHook } from './token-hook.ts'

/** Our registration at one provider, with the store that keeps its grants. */
export interface AuthClient extends AsyncDisposable {
  /** Gives the connection of an account; nothing is read until it is used. */
  connection(account: string): Connection
  /** Starts an authorization code flow with PKCE and gives the URL a person has to open. */
  beginAuthorization(account: string, options: AuthorizationOptions): Promise<{ url: URL }>
  /**
   * Ends the flow with the URL the browser came back to. Throws, before any token request, for a callback that is
   * missing, foreign, repeated or too old (`state_missing`, `state_unknown`, `state_expired`, `session_mismatch`,
   * `parameter_repeated`, `redirect_uri_mismatch`, `issuer_mismatch`) or that says no (`access_denied`).
   */
  completeAuthorization(callback: URL, options: { session: string; allowOtherPerson?: boolean }): Promise<Connection>
  /** Connects an account by a grant that needs no person. Idempotent. */
  connect(account: string, grant: Grant): Promise<Connection>
}

interface Account {
  readonly connection: Connection
  readonly session: GrantSession
  readonly grants: GrantStore
  /** Runs the app's `onTokenRefresh`; never rejects. */
  saved(tokens: TokenSet): Promise<void>
}

const installLimitMs = 10_000
const codeLimitMs = 30_000
const revokeLimitMs = 10_000

/**
 * Creates the client of one provider. Throws at once for options that cannot work: `missing_client_id`,
 * `invalid_option`, `invalid_times`, `volatile_store`. Disposing it waits for outstanding answers and saves.
 */
export function createAuthClient(options: AuthClientOptions): AuthClient {
  const { provider, authentication } = checkAuthClientOptions(options)
  const { store, clientId } = options
  const clock = options.clock ?? systemClock
  const random = options.random ?? Math.random
  const times = resolveTimes(options.times)
  // Looked up at each call, so that a fetch installed later (a mock, an agent) is the one that is used.
  const fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init))
  const wire: Wire = { provider, clientId, authentication, fetch }
  const rules = {
    rotation: provider.rotation,
    introspectsRefreshTokens: provider.introspectsRefreshTokens === true,
    times,
  }
  const accounts = new Map<string, Account>()
  let isOpen = true

  function emit(event: AuthEvent): void {
    try {
      options.onEvent?.(event)
    } catch {
      // A broken log hook must not break a refresh.
    }
  }

  function accountOf(name: string): Account {
    assertOpen()
    const key = grantKey(provider.id, clientId, name)
    const known = accounts.get(key)
    if (known !== undefined) return known
    const created = openAccount(name, key)
    accounts.set(key, created)
    return created
  }

  function openAccount(name: string, key: string): Account {
    const about = { provider: provider.id, account: name }
    const grants = createGrantStore({ store, key, clock, random })
    const report: Report = (outcome, facts) => emit({ type: 'refresh', outcome, ...about, ...facts })
    const saved = createTokenHook({
      hook: options.onTokenRefresh,
      clock,
      failed: (facts) => emit({ type: 'hook_failed', ...about, ...facts }),
    })
    const session = createGrantSession({
      grants,
      wire,
      account: name,
      clock,
      random,
      times,
      rules,
      report,
      saved,
      autoRefresh: options.autoRefresh ?? true,
      background: options.background ?? 'detached',
    })
    const connection = createConnection({
      account: name,
      audience: provider.audience,
      fetch,
      session,
      assertOpen,
      disconnect: () => disconnect(name),
    })
    return { connection, session, grants, saved }
  }

  function assertOpen(): void {
    if (isOpen) return
    throw new AuthError('client_closed', 'The auth client was disposed. Create a new one.')
  }

  async function connect(name: string, grant: Grant): Promise<Connection> {
    const account = accountOf(name)
    const planFor = await grant.plan()
    const lineage = crypto.randomUUID()
    const { reading, applied } = await account.grants.apply(
      ({ record, nowMs }) => {
        const plan = planFor(record)
        return plan && install(record, { lineage, ...plan }, nowMs)
      },
      { isDone: (record) => record.lineage === lineage, giveUpAfterMs: installLimitMs },
    )
    account.session.adopt(reading)
    if (applied) emitConnection('connected', name, reading.record?.generation ?? 0)
    return account.connection
  }

  async function completeAuthorization(
    callback: URL,
    { session, allowOtherPerson = false }: { session: string; allowOtherPerson?: boolean },
  ): Promise<Connection> {
    assertOpen()
    const limit = new AbortController()
    const cancel = clock.setTimer(() => limit.abort(), codeLimitMs)
    const startWatch = (): (() => number) => {
      const watch = startStopwatch(clock)
      return () => watch.elapsedMs()
    }
    try {
      const authorized = await redeemCallback(wire, store, callback, { session, limit: limit.signal, startWatch })
      return await installAuthorized(authorized, allowOtherPerson)
    } finally {
      cancel()
    }
  }

  async function installAuthorized(authorized: Authorized, allowOtherPerson: boolean): Promise<Connection> {
    const { attempt, outcome, issuedAgoMs } = authorized
    const account = accountOf(attempt.account)
    const lineage = crypto.randomUUID()
    const asked = attempt.scopes === undefined ? {} : { scopes: attempt.scopes }
    const { reading } = await account.grants.apply(
      ({ record, nowMs }) => {
        if (!allowOtherPerson) checkSamePerson(record?.tokens, outcome.read.tokens, attempt.account)
        // An answer without `scope` grants what was asked for (RFC 6749 §5.1).
        const answer = { ...asked, ...outcome.read.tokens, issuedAgoMs: issuedAgoMs() }
        return install(record, { lineage, renewal: { grant: 'refresh_token' }, answer }, nowMs)
      },
      { isDone: (record) => record.lineage === lineage, giveUpAfterMs: installLimitMs },
    )
    account.session.adopt(reading)
    const { record } = reading
    if (record !== undefined) await account.saved(toTokenSet(record.tokens, record.generation))
    emitConnection('connected', attempt.account, record?.generation ?? 0)
    if (outcome.error !== undefined) throw outcome.error
    return account.connection
  }

  function checkSamePerson(
    stored: GrantTokens | undefined,
    signedIn: Pick<GrantTokens, 'extras'>,
    account: string,
  ): void {
    const name = provider.subject
    if (name === undefined) return
    const before = stored?.extras?.[name]
    const now = signedIn.extras?.[name]
    if (before === undefined || now === undefined || before === now) return
    throw new AuthError(
      'account_mismatch',
      `Somebody else signed in than "${account}" belongs to. Sign in as the same person, or pass allowOtherPerson: true. ` +
        'The stored grant was left as it was.',
      { provider: provider.id, account },
    )
  }

  async function disconnect(name: string): Promise<{ erased: true; revoked: boolean }> {
    const account = accountOf(name)
    let erased: GrantTokens = {}
    const { reading, applied } = await account.grants.apply(
      ({ record, nowMs }) => {
        if (record !== undefined && record.state !== 'closed') erased = record.tokens
        return record && close(record, nowMs)
      },
      { isDone: (record) => record.state === 'closed', giveUpAfterMs: installLimitMs },
    )
    account.session.adopt(reading)
    if (applied) emitConnection('disconnected', name, reading.record?.generation ?? 0)
    return { erased: true, revoked: await revokeAll(erased) }
  }

  /** From memory, after the erasure, within ten seconds; nothing is queued for later. */
  async function revokeAll({ refreshToken, accessToken }: GrantTokens): Promise<boolean> {
    const limit = new AbortController()
    const cancel = clock.setTimer(() => limit.abort(), revokeLimitMs)
    try {
      const first = refreshToken === undefined || (await revoke(wire, refreshToken, 'refresh_token', limit.signal))
      const second = accessToken === undefined || (await revoke(wire, accessToken, 'access_token', limit.signal))
      return (refreshToken !== undefined || accessToken !== undefined) && first && second
    } catch {
      // Preparing the client authentication failed; what matters, the erasure, is done.
      return false
    } finally {
      cancel()
    }
  }

  function emitConnection(type: 'connected' | 'disconnected', account: string, generation: number): void {
    emit({ type, provider: provider.id, account, generation })
  }

  return {
    connection: (name) => accountOf(name).connection,
    async beginAuthorization(account, authorizationOptions) {
      assertOpen()
      grantKey(provider.id, clientId, account)
      return { url: await beginAuthorization(wire, store, account, authorizationOptions) }
    },
    completeAuthorization,
    connect,
    async [Symbol.asyncDispose]() {
      isOpen = false
      await Promise.all(Array.from(accounts.values(), ({ session }) => session.idle()))
    },
  }
}
