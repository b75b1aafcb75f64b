import { killPoints, rotationNames, type KillRound, type KillRun } from '@grantkit/e2e/protocol/kill-run'

export interface KillCounts {
  readonly kills: number
  readonly active: number
  /** Ended where the protocol says that nobody could have saved them. */
  readonly reauth: number
  /** Ended although they could have survived. */
  readonly lost: number
}

export function countKills({ rounds, unexpected }: KillRun): KillCounts {
  const ended = rounds.filter(({ end }) => end === 'reauth').length
  const lost = unexpected.filter(({ end }) => end === 'reauth').length
  return { kills: rounds.length, active: rounds.length - ended, reauth: ended - lost, lost }
}

/** For each kill point and rotation, how many grants survived and how many did not. */
export function killTable(rounds: readonly KillRound[]): string {
  const width = Math.max(...killPoints.map((point) => point.length))
  const heading = ['', ...rotationNames].map((name, column) => (column === 0 ? name.padEnd(width) : name.padStart(20)))
  const rows = killPoints.map((point) => {
    const cells = rotationNames.map((rotation) => {
      const ends = rounds.filter((round) => round.killAt === point && round.rotation === rotation)
      const active = ends.filter(({ end }) => end === 'active').length
      return `${active} active, ${ends.length - active} reauth`.padStart(20)
    })
    return [point.padEnd(width), ...cells].join('  ')
  })
  return [heading.join('  '), ...rows].join('\n')
}
