import type { Event } from './change.ts'
import type { Configuration } from './configuration.ts'
import { move, type Move } from './move.ts'
import { handOver, settle } from './settle-moves.ts'
import {
  idleWorker,
  nameOf,
  spend,
  withWorker,
  type Attempt,
  type Spilled,
  type State,
  type TokensAnswer,
  type Worker,
} from './state.ts'
import { describe } from './words.ts'

/** The store refuses new tokens: the worker holds them, goes on trying, and leaves them in the spill. */
export function refuseMove(state: State, index: number, worker: Worker, attempt: Attempt, answer: TokensAnswer): Move {
  const { spilled } = state
  const holding = withWorker(spend(state, 'unsaved'), index, { ...worker, phase: 'unsaved' })
  const isOlder = spilled === undefined || spilled.attempt.sent.generation < attempt.sent.generation
  const next = isOlder ? { ...holding, spilled: { attempt, answer, hasSlept: worker.hasSlept } } : holding
  return move('fault', next, () => {
    return `the store refuses what ${nameOf(index)} was answered${isOlder ? ', which lies in the spill' : ''}`
  })
}

/**
 * A process looks into the spill: settles what lies there as a late answer, or finds it out of date, and clears it. To
 * settle and to clear are one move, because settling twice changes nothing.
 */
export function recoverMove(state: State, index: number, spilled: Spilled, configuration: Configuration): Move {
  const { spilled: _, ...cleared } = state
  const { answer, hasSlept } = spilled
  const { shell } = configuration
  const isMissed = !shell.keepsSpilled && state.record.claim?.id !== spilled.attempt.claimId
  const attempt = shell.bindsSpilled ? spilled.attempt : { ...spilled.attempt, sent: sentOf(state) }
  const worker: Worker = { ...idleWorker, hasSlept, attempt }
  const settled = isMissed ? undefined : settle(cleared, worker, answer, configuration)
  const event: Event = { kind: 'cleared', spilled }
  const what = answer.refreshToken ?? `A${answer.access}`
  if (settled === undefined) {
    const change = { state: cleared, events: [event] }
    return move('step', change, () => `${nameOf(index)} finds ${what} in the spill, out of date, and removes it`)
  }
  const handed = handOver(settled, index, answer, configuration)
  const change = { state: handed.state, events: [...handed.events, event] }
  return move('step', change, () => {
    return `${nameOf(index)} finds ${what} in the spill and settles it: ${describe(handed.state.record)}`
  })
}

function sentOf({ record: { lineage, generation, tokens } }: State): Attempt['sent'] {
  const { refreshToken } = tokens
  return { lineage, generation, ...(refreshToken === undefined ? {} : { refreshToken }) }
}
