import type { Rotation } from '@grantkit/sandbox'
import { createFleet } from './fleet.ts'
import { settle } from './settle.ts'
import type { KillPoint, StoreChoice, WorkerReport } from './worker-task.ts'

export type GrantEnd = 'active' | 'reauth'

/** One process killed at one point, and what became of its grant. */
export interface KillRound {
  readonly killAt: KillPoint
  readonly rotation: RotationName
  readonly end: GrantEnd
  readonly violations: readonly string[]
}

const rotations = {
  strict: 'strict',
  grace: { grace: { seconds: 60, uses: 2 } },
  none: 'none',
} as const satisfies Record<string, Rotation>

export type RotationName = keyof typeof rotations
export const rotationNames = Object.keys(rotations) as RotationName[]

// After a crash between a strict server's rotation and the save, the only copy of the new token is gone (section 8 of
// the protocol, first row): the probe that follows is refused, and the user is told. A kill during the save may come
// before or after the commit.
const endsAtStrict: Readonly<Record<KillPoint, readonly GrantEnd[]>> = {
  'before claim': ['active'],
  'after claim': ['active'],
  'after send': ['reauth'],
  'after answer': ['reauth'],
  'during save': ['active', 'reauth'],
  'after save': ['active'],
}

/** The ends that the protocol allows: only a strict server ends a grant whose last answer was lost. */
export function allowedEnds({ killAt, rotation }: Pick<KillRound, 'killAt' | 'rotation'>): readonly GrantEnd[] {
  return rotation === 'strict' ? endsAtStrict[killAt] : ['active']
}

const twoHoursMs = 7_200_000

export interface KillRoundOptions {
  readonly killAt: KillPoint
  readonly rotation: RotationName
  readonly store?: StoreChoice | undefined
  /** Where the store's clock has stepped when the next process comes. Default: an hour on, past any claim. */
  readonly clockStepMs?: number
}

const attempts = 5

/** Lets a process meet an expired token, kills it, and sees what becomes of the grant. */
export async function killRound(options: KillRoundOptions): Promise<KillRound> {
  for (let attempt = 1; ; attempt++) {
    const round = await tryToKill(options)
    if ('end' in round) return round
    // On a machine that is busy enough a process gives up, or comes to its end, before it is hit.
    if (attempt === attempts) throw new Error(`Not killed ${options.killAt}: ${JSON.stringify(round.survivor)}`)
  }
}

async function tryToKill({
  killAt,
  rotation,
  store,
  clockStepMs = 3_600_000,
}: KillRoundOptions): Promise<KillRound | { readonly survivor: WorkerReport }> {
  const fleet = await createFleet({ rotation: rotations[rotation] }, store)
  try {
    fleet.sandbox.control.clock.advance(twoHoursMs)
    const worker = fleet.start({ calls: 3, nowOffsetMs: twoHoursMs, killAt })
    await worker.ready
    worker.go()
    const survivor = await worker.done
    if (survivor !== undefined) return { survivor }
    const end = await settle(fleet, { nowOffsetMs: twoHoursMs + clockStepMs })
    return { killAt, rotation, end, violations: fleet.check() }
  } finally {
    await fleet.close()
  }
}
