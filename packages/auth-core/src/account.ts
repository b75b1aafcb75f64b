import type { TokenSet } from './access-token.ts'
import type { AuthContext } from './auth-context.ts'
import type { Connection } from './connection.ts'
import { createConnection } from './create-connection.ts'
import { disconnect } from './disconnect.ts'
import type { StandingGrant } from './grants/grant.ts'
import { createGrantSession, type GrantSession } from './refresh/grant-session.ts'
import { createGrantStore, type GrantStore, type Reading } from './refresh/grant-store.ts'
import type { Report } from './refresh/refresh-ports.ts'
import { install } from './refresh/steps.ts'
import { createSupply } from './refresh/supply.ts'
import { createTokenHook } from './token-hook.ts'

/** One account of an auth client in this process. */
export interface Account {
  readonly name: string
  readonly grants: GrantStore
  readonly session: GrantSession
  readonly connection: Connection
  /** Writes a grant down and keeps, in this process, what renews it. */
  connect(grant: StandingGrant): Promise<void>
  /** Runs the app's `onTokenRefresh`; never rejects. */
  saved(tokens: TokenSet): Promise<void>
  /** Tells whether nothing is lost with this object. */
  isIdle(): boolean
  /** Takes over what was written, and tells the app if it changed anything. */
  changed(type: 'connected' | 'disconnected', result: { reading: Reading; applied: boolean }): void
}

const storeLimitMs = 10_000

/** Opens an account; nothing is read until it is used. */
export function openAccount(
  context: AuthContext,
  name: string,
  key: string,
  client: { assertOpen(): void; hold(account: Account): void },
): Account {
  const { options, wire, store, clock, random, emit } = context
  const about = { provider: wire.provider.id, account: name }
  const grants = createGrantStore({ store, key, clock, random })
  const report: Report = (outcome, facts) => emit({ type: 'refresh', outcome, ...about, ...facts })
  const hook = createTokenHook({
    hook: options.onTokenRefresh,
    clock,
    failed: (facts) => emit({ type: 'hook_failed', ...about, ...facts }),
  })
  const supply = createSupply(wire, connect)
  const spill = options.spill?.open({ key, clock, random }, report)
  const session = createGrantSession({
    ...context,
    account: name,
    grants,
    ...(spill === undefined ? {} : { spill }),
    report,
    saved: hook.saved,
    autoRefresh: options.autoRefresh ?? true,
    background: options.background ?? 'detached',
    supply,
    endsSoon: (facts) => emit({ type: 'reconnect_soon', ...about, ...facts }),
  })
  const connection = createConnection({
    account: name,
    audience: wire.provider.audience,
    fetch: wire.fetch,
    session,
    assertOpen: client.assertOpen,
    hold: () => client.hold(account),
    disconnect: () => disconnect(context, account),
  })

  async function connect(grant: StandingGrant): Promise<void> {
    const planFor = await grant.plan()
    const lineage = crypto.randomUUID()
    const result = await grants.apply(
      ({ record, nowMs }) => {
        const plan = planFor(record)
        return plan && install(record, { lineage, ...plan }, nowMs)
      },
      // Ours, or one that was installed since and must not be replaced.
      { isDone: (record, before) => record.lineage !== before?.lineage, giveUpAfterMs: storeLimitMs },
    )
    supply.give(grant)
    changed('connected', result)
  }

  function changed(type: 'connected' | 'disconnected', { reading, applied }: Parameters<Account['changed']>[1]): void {
    session.adopt(reading)
    if (applied) emit({ type, ...about, generation: reading.record?.generation ?? 0 })
  }

  const isIdle = (): boolean => session.isIdle() && supply.isEmpty() && hook.isIdle()
  const account: Account = { name, grants, session, connection, connect, saved: hook.saved, isIdle, changed }
  return account
}
