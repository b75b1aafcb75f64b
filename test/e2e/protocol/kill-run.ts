import { allowedEnds, killRound, rotationNames, type KillRound } from './kill-round.ts'
import { killPoints, type StoreChoice } from './worker-task.ts'

export { killPoints, rotationNames, type KillRound }

export interface KillRunOptions {
  readonly kills: number
  /** Gives the store of one round; nothing that another round uses. */
  readonly openStore: () => StoreChoice | undefined | Promise<StoreChoice | undefined>
  /** How many rounds run at once: each waits most of its time. */
  readonly sideBySide?: number
  readonly onProgress?: (done: number) => void
}

export interface KillRun {
  readonly rounds: readonly KillRound[]
  /** Ends that the protocol does not allow at their point: above all grants lost that could have survived. */
  readonly unexpected: readonly KillRound[]
  readonly violations: readonly string[]
}

/** Kills processes at all six points in turn, with every kind of rotation. */
export async function runKills({ kills, openStore, sideBySide = 6, onProgress }: KillRunOptions): Promise<KillRun> {
  const rounds: KillRound[] = []
  let next = 0

  async function killOn(): Promise<void> {
    while (next < kills) {
      const at = next++
      const killAt = killPoints[at % killPoints.length] ?? 'before claim'
      const rotation = rotationNames[Math.floor(at / killPoints.length) % rotationNames.length] ?? 'strict'
      rounds.push(await killRound({ killAt, rotation, store: await openStore() }))
      onProgress?.(rounds.length)
    }
  }

  await Promise.all(Array.from({ length: Math.min(sideBySide, kills) }, killOn))
  return {
    rounds,
    unexpected: rounds.filter((round) => !allowedEnds(round).includes(round.end)),
    violations: rounds.flatMap(({ violations }) => violations),
  }
}
