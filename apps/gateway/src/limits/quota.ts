/** How much of what has a name may be used: so much a second on average, and what `burstMs` would bring at once. */
export interface Quota {
  /** What kind of thing it is, and which of them. */
  readonly ids: readonly [kind: string, ...string[]]
  readonly perSecond: number
  readonly burstMs: number
}

/** How far a quota is used, as the instant at which all that was taken would be paid for at its rate. */
export interface Use {
  readonly paidAtMs: number
}

/** How long one more has to wait; nothing or less: it may be taken now. */
export function waitMs({ perSecond, burstMs }: Quota, { paidAtMs }: Use, nowMs: number): number {
  return Math.max(paidAtMs, nowMs) + costMs(perSecond) - burstMs - nowMs
}

/** The instant at which so many more are paid for, too. */
export function paidAfter(
  { perSecond }: Pick<Quota, 'perSecond'>,
  { paidAtMs }: Use,
  count: number,
  nowMs: number,
): number {
  return Math.max(paidAtMs, nowMs) + count * costMs(perSecond)
}

export function costMs(perSecond: number): number {
  return 1000 / perSecond
}
