import { checkOptions } from './check-options.ts'
import { AuthError, isAuthError } from './errors.ts'
import type { ReadTokens } from './grants/token-answer.ts'
import type { GrantRecord } from './refresh/grant-record.ts'
import { createGrantStore, type GrantStore } from './refresh/grant-store.ts'
import type { Report } from './refresh/refresh-ports.ts'
import type { GrantSpill, Keeper, Spill } from './refresh/spill.ts'
import { attemptOf, factsOf, type Answered } from './refresh/token-attempt.ts'
import type { Store } from './store.ts'

export type { Spill } from './refresh/spill.ts'

/** The record as it was claimed, with the answer that the store refused. */
interface SpilledRecord extends GrantRecord {
  readonly spilled: {
    readonly read: ReadTokens
    /** The spill's clock when this was written, and how long ago the claim and the request were then. */
    readonly atMs: number
    readonly claimedAgoMs: number
    readonly sentAgoMs: number
  }
}

/**
 * Makes a second store of an auth client, for new tokens that the first one refuses for `times.saveMs`, or for good.
 * They are settled in the first store once it takes them, by the process that got them or by any that shares the spill,
 * before it refreshes anything itself. Several processes and clients may share one. What lies there is as secret as
 * what lies in the first store: seal it the same way.
 *
 * Throws `volatile_store` for a store that forgets with the process, unless `volatile: 'accept'`.
 *
 * @example
 * createAuthClient({ …, store: createPostgresStore({ query }), spill: spillTo(createFileStore({ folder })) })
 */
export function spillTo(store: Store, options: { volatile?: 'accept' } = {}): Spill {
  checkOptions('spillTo', options, ['volatile'])
  if (typeof store?.read !== 'function') throw new AuthError('invalid_option', 'spillTo: the store is missing.')
  if (store.durability === 'volatile' && options.volatile !== 'accept') {
    throw new AuthError(
      'volatile_store',
      "spillTo: this store forgets with the process. Use a durable one, or accept the loss with volatile: 'accept'.",
    )
  }
  return {
    store,
    open({ key, clock, random }, report) {
      // A key of its own: what is the spill of one client may be the store of another.
      const grants = createGrantStore({ store, key: `spill/${key}`, clock, random, name: 'spill', secretsOf })
      return openSpill(grants, report)
    },
  }
}

function openSpill(grants: GrantStore, report: Report): GrantSpill {
  async function write({ attempt, outcome, sentWatch }: Answered): Promise<boolean> {
    const { reading } = await grants.apply(
      ({ record, nowMs }) => {
        // One answer is enough to keep a grant, and an older one would not be settled any more.
        if (record !== undefined && record.generation >= attempt.record.generation) return undefined
        const ages = { claimedAgoMs: attempt.watch.elapsedMs(), sentAgoMs: sentWatch.elapsedMs() }
        return { ...attempt.record, spilled: { read: outcome.read, atMs: nowMs, ...ages } }
      },
      { isDone: () => false, giveUpAfterMs: 0 },
    )
    const { record } = reading
    return record?.lineage === attempt.sent.lineage && record.generation === attempt.sent.generation
  }

  async function remove(claimId: string): Promise<void> {
    const { record, version } = await grants.read()
    if (version !== undefined && record?.claim?.id === claimId) await grants.remove(version)
  }

  function keeperOf(answered: Answered): Keeper {
    const { attempt } = answered
    const { promise: kept, resolve } = Promise.withResolvers<void>()
    let isKept = answered.isFound === true
    let trying: Promise<void> | undefined
    if (isKept) resolve()

    async function tryOnce(): Promise<void> {
      try {
        isKept = await write(answered)
        if (!isKept) return
        report('save_spilled', factsOf(attempt))
        resolve()
      } catch (error) {
        report('save_retried', { ...factsOf(attempt), ...(isAuthError(error) ? { error } : {}) })
      }
    }

    return {
      kept,
      isKept: () => isKept,
      keep() {
        if (isKept) return
        trying ??= tryOnce().finally(() => {
          trying = undefined
        })
      },
      async drop() {
        await trying
        if (isKept) await remove(attempt.claimId)
      },
    }
  }

  return {
    keeperOf,
    async find() {
      const { record, nowMs, watch } = await grants.read()
      if (record === undefined) return undefined
      if (!isSpilled(record) || record.claim === undefined) throw damaged()
      const { spilled, ...claimed } = record
      const { read, atMs, claimedAgoMs, sentAgoMs } = spilled
      const since = (agoMs: number) => ({ elapsedMs: () => agoMs + Math.max(nowMs - atMs, 0) + watch.elapsedMs() })
      const attempt = attemptOf(claimed, record.claim.id, since(claimedAgoMs))
      return { attempt, outcome: { kind: 'tokens', read }, sentWatch: since(sentAgoMs), isFound: true }
    },
  }
}

function isSpilled(record: GrantRecord): record is SpilledRecord {
  const spilled: unknown = (record as Partial<SpilledRecord>).spilled
  if (!isObject(spilled) || !isObject(spilled['read'])) return false
  const { tokens } = spilled['read']
  return (
    isObject(tokens) &&
    ['accessToken', 'refreshToken'].every((name) => ['string', 'undefined'].includes(typeof tokens[name])) &&
    ['atMs', 'claimedAgoMs', 'sentAgoMs'].every((name) => Number.isFinite(spilled[name]))
  )
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

/** Everything in a spilled record that must not show in a message. */
function secretsOf(record: GrantRecord): string[] {
  const { read } = (record as SpilledRecord).spilled
  const texts = [record.tokens, read.tokens].flatMap(({ accessToken, refreshToken }) => [accessToken, refreshToken])
  return [...texts, read.idToken].filter((text) => text !== undefined)
}

function damaged(): AuthError {
  return new AuthError(
    'store_value_invalid',
    'The spill holds something that is not a token answer. It was left as it is: restore it from a backup, or remove it.',
  )
}
