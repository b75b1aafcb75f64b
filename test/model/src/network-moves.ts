import type { Change, Event } from './change.ts'
import type { Configuration } from './configuration.ts'
import { move, type Move } from './move.ts'
import { present, type Family } from './provider.ts'
import { left, nameOf, rested, spend, withWorker, type Request, type State, type Worker } from './state.ts'

/** What the network and the server can do with the requests under way. */
export function networkMoves(state: State, configuration: Configuration): Move[] {
  const moves = state.strays.map((_, index) => strayMove(state, index, configuration))
  for (const [index, worker] of state.workers.entries()) {
    const { request } = worker
    if (request === undefined) continue
    if (request.at === 'server') moves.push(...serverMoves(state, index, worker, request, configuration))
    else if (isListening(state, worker)) moves.push(deliverMove(state, index, worker, request))
    moves.push(...lossMoves(state, index, worker, request, configuration))
  }
  return moves
}

function serverMoves(
  state: State,
  index: number,
  worker: Worker,
  request: Request,
  configuration: Configuration,
): Move[] {
  // Where requests keep their order, one whose connection broke is not overtaken.
  if (isOrderly(configuration) && state.strays.length > 0) return []
  const moves = [processMove(state, index, worker, request, configuration, true)]
  if (left(state, 'refusal') === 0) return moves
  const spent = spend(state, 'refusal')
  const refused: Worker = { ...worker, request: { ...request, at: 'client', answer: { kind: 'not processed' } } }
  moves.push(move('fault', withWorker(spent, index, refused), () => `the server answers ${nameOf(index)} 429`))
  moves.push({ ...processMove(spent, index, worker, request, configuration, false), kind: 'fault' })
  return moves
}

function processMove(
  state: State,
  index: number,
  worker: Worker,
  request: Request,
  configuration: Configuration,
  usable: boolean,
): Move {
  const token = worker.attempt?.sent.refreshToken ?? ''
  const { provider, answer, killed } = present(state.provider, token, state.nowMs, configuration, usable)
  const answered: Worker = { ...worker, request: { ...request, at: 'client', answer } }
  const next = withWorker({ ...state, provider }, index, answered)
  return move('step', reuse(state, next, killed, worker.attempt?.isProbe ?? false), () => {
    const got = answer.kind === 'tokens' ? `A${answer.access} ${answer.refreshToken ?? ''}` : answer.kind
    const note = usable ? '' : ' in a form nobody can use'
    return `the server answers ${token} from ${nameOf(index)}: ${got.trim()}${note}${killed ? '; reuse detected, grant ended' : ''}`
  })
}

function strayMove(state: State, index: number, configuration: Configuration): Move {
  const stray = state.strays[index]
  if (stray === undefined) throw new Error('There is no such stray request.')
  const { provider, killed } = present(state.provider, stray.token, state.nowMs, configuration)
  const next = { ...state, provider, strays: state.strays.toSpliced(index, 1) }
  return move('step', reuse(state, next, killed, stray.isProbe), () => {
    return `the server processes ${stray.token}, nobody hears the answer${killed ? '; reuse detected, grant ended' : ''}`
  })
}

/** Observes a reuse detection: who still held a refresh token that it made worthless? */
function reuse(before: State, next: State, killed: Family | undefined, isProbe: boolean): State | Change {
  if (killed === undefined) return next
  const event: Event = { kind: 'reuse', isProbe, stillHeldBy: holders(before, killed.current) }
  return { state: next, events: [event] }
}

/** A worker that was suspended with the answer on its way counts as gone: section 8 gives its answer up. */
function holders(state: State, current: readonly string[]): string[] {
  if (state.prospects === 'doomed') return []
  const holds = (token: string | undefined): boolean => token !== undefined && current.includes(token)
  const found: string[] = []
  const { spilled } = state
  if (spilled !== undefined && !spilled.hasSlept && holds(spilled.answer.refreshToken)) found.push('the spill')
  if (holds(state.record.tokens.refreshToken) && state.prospects === 'good') found.push('the store')
  for (const [index, worker] of state.workers.entries()) {
    if (worker.hasSlept || worker.suspended) continue
    for (const answer of [worker.answer, worker.request?.answer]) {
      if (answer?.kind === 'tokens' && holds(answer.refreshToken)) found.push(nameOf(index))
    }
  }
  return found
}

function isListening(state: State, worker: Worker): boolean {
  if (worker.suspended) return false
  return worker.phase === 'sent' || (worker.phase === 'listening' && state.nowMs < worker.sinceMs)
}

function deliverMove(state: State, index: number, worker: Worker, request: Request): Move {
  const { request: _, ...rest } = worker
  const answered: Worker = {
    ...rest,
    phase: 'answered',
    sinceMs: state.nowMs,
    ...(request.answer ? { answer: request.answer } : {}),
  }
  return move('step', withWorker(state, index, answered), () => `the answer reaches ${nameOf(index)}`)
}

function lossMoves(
  state: State,
  index: number,
  worker: Worker,
  request: Request,
  configuration: Configuration,
): Move[] {
  const { times } = configuration
  const moves: Move[] = []
  const name = nameOf(index)
  const { request: _, ...without } = worker
  // Listening for something that is gone makes no difference: the worker rests at once.
  const deaf = worker.phase === 'listening' ? rested(worker) : without
  const what = request.at === 'server' ? 'request' : 'answer'
  if (left(state, 'lost') > 0) {
    const spent = spend(state, 'lost')
    moves.push(move('fault', withWorker(spent, index, deaf), () => `the ${what} of ${name} is lost on the way`))
    if (worker.phase === 'sent' && !worker.suspended) {
      const broken: Worker = { ...deaf, phase: 'answered', sinceMs: state.nowMs, answer: { kind: 'unknown' } }
      const strays = request.at === 'server' ? [...state.strays, strayOf(worker, request)] : state.strays
      const next = withWorker({ ...spent, strays }, index, broken)
      moves.push(move('fault', next, () => `the connection of ${name} breaks, its ${what} goes on without it`))
    }
  }
  // Where requests are seen in time, only the answer may be late.
  const canBeLate = !isOrderly(configuration) || request.at === 'client'
  if (canBeLate && left(state, 'late') > 0 && !request.isLate && state.nowMs === request.byMs) {
    const byMs = request.byMs + times.quietMs - times.sendMs
    const late = withWorker(spend(state, 'late'), index, { ...worker, request: { ...request, isLate: true, byMs } })
    moves.push(move('fault', late, () => `the ${what} of ${name} is late`))
  }
  return moves
}

/** What a grace window needs of the network; `limits.ts` shows what happens without it. */
function isOrderly({ rotation, hasOrderlyNetwork }: Configuration): boolean {
  return rotation === 'grace' && hasOrderlyNetwork
}

export function strayOf({ attempt }: Worker, { byMs }: Request): State['strays'][number] {
  return { token: attempt?.sent.refreshToken ?? '', isProbe: attempt?.isProbe ?? false, byMs }
}
