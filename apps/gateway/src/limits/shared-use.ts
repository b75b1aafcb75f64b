import type { Store } from '@grantkit/auth-core'
import { createRecords } from '../model/records.ts'
import { paidAfter, type Quota, type Use } from './quota.ts'

/** What all gateways of a store have used of a quota, in the store's time. */
interface SharedUse extends Use {
  /** All that was ever reported, for telling how much of it others did. */
  readonly total: number
}

export interface Report {
  /** How long until all that everybody took is paid for. */
  readonly owedMs: number
  readonly total: number
}

/** Adds what this process took of a quota to what all took, and gives that. */
export type ReportUse = (quota: Quota, count: number) => Promise<Report>

/** A storm through many gateways may run up a debt; more than this is forgiven, or it would shut everybody out for long. */
const mostOwedBursts = 2
/** A record is kept so long after everything is paid for. */
const keptMs = 60_000

export function createReportUse(store: Store): ReportUse {
  const uses = createRecords<SharedUse>(store, 'use')

  return async (quota, count) => {
    let readMs = 0
    const { paidAtMs, total } = await uses.put(
      quota.ids,
      (stored, nowMs) => {
        readMs = nowMs
        const paid = paidAfter(quota, stored ?? { paidAtMs: nowMs }, count, nowMs)
        return {
          paidAtMs: Math.min(paid, nowMs + mostOwedBursts * quota.burstMs),
          total: (stored?.total ?? 0) + count,
        }
      },
      { expiresInMs: mostOwedBursts * quota.burstMs + keptMs },
    )
    return { owedMs: paidAtMs - readMs, total }
  }
}
