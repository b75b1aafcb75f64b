import { write } from './change.ts'
import type { Configuration } from './configuration.ts'
import { move, type Move } from './move.ts'
import { strayOf } from './network-moves.ts'
import { authorizeAnew } from './provider.ts'
import { newTokens } from './settle-moves.ts'
import { accessNumber, idleWorker, left, nameOf, spend, withWorker, type State, type Worker } from './state.ts'
import { describe } from './words.ts'

/** Lifetimes, people and the store: what happens to the grant from outside the refresh. */
export function grantMoves(state: State, configuration: Configuration): Move[] {
  const moves: Move[] = []
  const { record } = state
  const isOpen = record.state !== 'closed'
  if (isOpen && state.access !== 'ended' && left(state, 'expiry') > 0 && !isAnythingUnderWay(state)) {
    moves.push(move('world', { ...spend(state, 'expiry'), access: 'ended' }, () => 'the access token ends'))
  }
  if (isOpen && state.access === 'young' && left(state, 'unauthorized') > 0) {
    moves.push(move('world', { ...state, access: 'good' }, () => 'the access token is a minute old'))
  }
  if (left(state, 'install') > 0) moves.push(installMove(spend(state, 'install'), configuration))
  const closed = left(state, 'close') > 0 ? configuration.steps.close(record, state.nowMs) : undefined
  if (closed !== undefined) {
    const next = { ...spend(state, 'close'), epoch: state.epoch + 1 }
    moves.push(move('world', write(next, configuration, 'close', closed), () => 'a person disconnects'))
  }
  if (left(state, 'lostWrite') > 0 && state.previous !== undefined) moves.push(rollbackMove(state, configuration))
  return moves
}

/** Access tokens live longer than a request of an earlier generation can be under way. */
function isAnythingUnderWay({ strays, workers, record }: State): boolean {
  const isEarlier = ({ request, attempt }: Worker): boolean =>
    request !== undefined && (attempt?.sent.generation ?? 0) < record.generation
  return strays.length > 0 || workers.some(isEarlier)
}

function installMove(state: State, configuration: Configuration): Move {
  const { provider, refreshToken, access } = authorizeAnew(state.provider)
  const event = {
    lineage: `L${state.epoch + 2}`,
    renewal: { grant: 'refresh_token' },
    answer: newTokens({ kind: 'tokens', access, refreshToken, usable: true }),
  } as const
  const after = configuration.steps.install(state.record, event, state.nowMs)
  const next: State = { ...state, provider, epoch: state.epoch + 1, access: 'young', prospects: 'good' }
  return move('world', write(next, configuration, 'install', after), () => `a person authorizes again: ${refreshToken}`)
}

function rollbackMove(state: State, configuration: Configuration): Move {
  const { previous, ...rest } = state
  const record = previous ?? state.record
  const access = record.generation === state.record.generation ? state.access : 'ended'
  const spent = spend({ ...rest, access }, 'lostWrite')
  return move('fault', write(spent, configuration, 'loss of the last write', record), () => {
    return `the store loses its last write: back to ${describe(record)}`
  })
}

/** What befalls a process: its end, a pause, callers, a 401 from the API. */
export function processMoves(state: State, index: number, configuration: Configuration): Move[] {
  const worker = state.workers[index]
  if (worker === undefined) return []
  if (worker.suspended) {
    const awake = withWorker(state, index, { ...worker, suspended: false })
    return [move('step', awake, () => `${nameOf(index)} wakes up`)]
  }
  const moves = configuration.callers ? callerMoves(state, index, worker, configuration) : []
  if (worker.phase === 'idle') return moves
  if (left(state, 'crash') > 0) moves.push(crashMove(state, index, worker))
  if (left(state, 'suspension') > 0) {
    const asleep = withWorker(spend(state, 'suspension'), index, { ...worker, suspended: true, hasSlept: true })
    moves.push(move('fault', asleep, () => `${nameOf(index)} is suspended`))
  }
  return moves
}

function crashMove(state: State, index: number, worker: Worker): Move {
  const { request } = worker
  const isUnderWay = request?.at === 'server'
  const strays = isUnderWay ? [...state.strays, strayOf(worker, request)] : state.strays
  const next = withWorker({ ...spend(state, 'crash'), strays }, index, idleWorker)
  return move('fault', next, () => `${nameOf(index)} crashes${isUnderWay ? ', its request is under way' : ''}`)
}

function callerMoves(state: State, index: number, worker: Worker, configuration: Configuration): Move[] {
  const moves: Move[] = []
  const { record } = state
  const access = accessNumber(record)
  const isServed = record.state !== 'closed' && state.access !== 'ended' && !record.refused
  if (isServed && worker.glance === undefined && access !== worker.handed) {
    const glance = { access, generation: record.generation, isOverdue: false }
    const next = withWorker(state, index, { ...worker, glance })
    moves.push(move('step', next, () => `${nameOf(index)} reads A${access} for a caller`))
  }
  if (worker.glance !== undefined) moves.push(adoptMove(state, index, worker, worker.glance, configuration))
  const was401 = worker.phase === 'idle' && worker.handed > 0 && left(state, 'unauthorized') > 0
  const isYoung = worker.handedGeneration === record.generation && state.access === 'young'
  if (was401 && !isYoung && record.state === 'active' && state.nowMs >= record.retryAtMs) {
    const refusing: Worker = {
      ...worker,
      phase: 'read',
      sinceMs: state.nowMs,
      isUpToDate: true,
      beyond: worker.handedGeneration,
      isRefusal: true,
    }
    const next = withWorker(spend(state, 'unauthorized'), index, refusing)
    moves.push(move('world', next, () => `an API answers A${worker.handed} of ${nameOf(index)} 401`))
  }
  return moves
}

function adoptMove(
  state: State,
  index: number,
  worker: Worker,
  glance: NonNullable<Worker['glance']>,
  configuration: Configuration,
): Move {
  const { glance: _, ...rest } = worker
  if (glance.isOverdue && configuration.shell.ordersReadings) {
    return move('step', withWorker(state, index, rest), () => `${nameOf(index)} drops a reading older than what it has`)
  }
  const { access, generation } = glance
  const next = withWorker(state, index, { ...rest, handed: access, handedGeneration: generation })
  const change = { state: next, events: [{ kind: 'handed', worker: index, before: worker.handed, access } as const] }
  return move('step', change, () => `${nameOf(index)} hands A${access} to its callers`)
}
