import type { Configuration } from './configuration.ts'
import type { Move } from './move.ts'
import { networkMoves } from './network-moves.ts'
import type { State } from './state.ts'
import { timeMoves } from './time.ts'
import { workerMoves } from './worker-moves.ts'
import { grantMoves, processMoves } from './world-moves.ts'

/** Every transition that is possible in a state. */
export function movesOf(state: State, configuration: Configuration): Move[] {
  const moves: Move[] = []
  for (let index = 0; index < state.workers.length; index += 1) {
    moves.push(...workerMoves(state, index, configuration))
    moves.push(...processMoves(state, index, configuration))
  }
  moves.push(...networkMoves(state, configuration))
  moves.push(...grantMoves(state, configuration))
  moves.push(...timeMoves(state, configuration))
  return moves
}
