import type { Clock } from '@grantkit/auth-core'
import { costMs, paidAfter, waitMs, type Quota } from './quota.ts'
import type { ReportUse } from './shared-use.ts'

/** A quota that is used up, and for how long. */
export interface UsedUp {
  readonly quota: Quota
  readonly waitMs: number
}

export interface Meter {
  /** Takes one of each quota, or of none if one is used up, and gives that one. Never waits for the store. */
  take(quotas: readonly Quota[]): UsedUp | undefined
}

/** What this process knows of a quota. */
interface Gauge {
  quota: Quota
  /** In this process's monotonic time; holds what others are expected to take, too. */
  paidAtMs: number
  /** Taken here since the last report. */
  unreported: number
  /** How much everybody took for each one that was taken here, between the last two reports. */
  share: number
  /** What everybody had taken at the last report. */
  total?: number
  takenAtMs: number
}

/** So often is told what was taken. */
const reportEveryMs = 1_000
/** Less than what a quota gains in this time is not worth a step of the store. */
const worthReportingMs = 100
const forgottenAfterMs = 60_000
const fewGauges = 1_000

export interface MeterPorts {
  readonly clock: Pick<Clock, 'monotonicMs' | 'setTimer'>
  readonly report: ReportUse
}

/**
 * Meters what is taken in this process and, a second behind, in all others of the store. While the store is away each
 * process meters for itself.
 */
export function createMeter({ clock, report }: MeterPorts): Meter {
  const gauges = new Map<string, Gauge>()
  const due = new Set<Gauge>()
  let isArmed = false
  let limit = fewGauges

  function gaugeOf(quota: Quota, nowMs: number): Gauge {
    const name = quota.ids.join('/')
    const known = gauges.get(name)
    if (known !== undefined) return Object.assign(known, { quota })
    const gauge = { quota, paidAtMs: nowMs, unreported: 0, share: 1, takenAtMs: nowMs }
    gauges.set(name, gauge)
    if (gauges.size > limit) forget(nowMs)
    return gauge
  }

  function forget(nowMs: number): void {
    for (const [name, gauge] of gauges) {
      if (Math.max(gauge.takenAtMs, gauge.paidAtMs) + forgottenAfterMs < nowMs) gauges.delete(name)
    }
    limit = Math.max(fewGauges, gauges.size * 2)
  }

  function takeOne(gauge: Gauge, nowMs: number): void {
    gauge.paidAtMs = paidAfter(gauge.quota, gauge, gauge.share, nowMs)
    gauge.takenAtMs = nowMs
    gauge.unreported += 1
    if (gauge.unreported * costMs(gauge.quota.perSecond) < worthReportingMs) return
    due.add(gauge)
    if (isArmed) return
    isArmed = true
    clock.setTimer(() => void reportAll(), reportEveryMs, { background: true })
  }

  async function reportAll(): Promise<void> {
    const reported = [...due]
    due.clear()
    await Promise.all(reported.map(reportOne))
    isArmed = due.size > 0
    if (isArmed) clock.setTimer(() => void reportAll(), reportEveryMs, { background: true })
  }

  async function reportOne(gauge: Gauge): Promise<void> {
    const { quota, unreported: count, total: before } = gauge
    gauge.unreported = 0
    // What a store that is away does not hear of is forgiven: told later it would be a debt of the time it was away.
    const answer = await report(quota, count).catch(() => undefined)
    if (answer === undefined) {
      gauge.share = 1
      return
    }
    const others = before === undefined ? 0 : Math.max(0, answer.total - before - count)
    gauge.share = 1 + others / count
    gauge.total = answer.total
    const meanwhile = gauge.unreported * gauge.share
    const nowMs = clock.monotonicMs()
    gauge.paidAtMs = paidAfter(quota, { paidAtMs: nowMs + answer.owedMs }, meanwhile, nowMs)
  }

  return {
    take(quotas) {
      const nowMs = clock.monotonicMs()
      const taken = quotas.map((quota) => gaugeOf(quota, nowMs))
      for (const gauge of taken) {
        const wait = waitMs(gauge.quota, gauge, nowMs)
        if (wait > 0) return { quota: gauge.quota, waitMs: wait }
      }
      for (const gauge of taken) takeOne(gauge, nowMs)
      return undefined
    },
  }
}
