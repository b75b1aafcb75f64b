import { write, type Change, type Event, type StepName } from './change.ts'
import { rulesOf, type Configuration } from './configuration.ts'
import { move, type Move } from './move.ts'
import { quietTimeMs, type GrantRecord, type NewTokens } from './shipped-steps.ts'
import {
  accessNumber,
  nameOf,
  rested,
  withWorker,
  type Answer,
  type State,
  type TokensAnswer,
  type Worker,
} from './state.ts'
import { describe } from './words.ts'

/**
 * Settles an answer. Reading, step and conditional write are one transition here: on conflict the shell computes the
 * step anew, so only the write that succeeds counts.
 */
export function settleMove(state: State, index: number, worker: Worker, configuration: Configuration): Move {
  const { answer } = worker
  const next = withWorker(state, index, rested(worker))
  if (answer === undefined) return move('step', next, () => `${nameOf(index)} has nothing to settle`)
  const settled = settle(next, worker, answer, configuration)
  if (settled === undefined) {
    return move('step', next, () => `${nameOf(index)} settles "${answer.kind}": nothing to change`)
  }
  const handed = answer.kind === 'tokens' ? handOver(settled, index, answer, configuration) : settled
  return move('step', handed, () => `${nameOf(index)} settles "${answer.kind}": ${describe(handed.state.record)}`)
}

/** The time-out ends the claim, not the request: the worker goes on listening until just before the next probe. */
export function timeOutMove(state: State, index: number, worker: Worker, configuration: Configuration): Move {
  const { attempt, request } = worker
  const { times } = configuration
  const untilMs = state.nowMs + quietTimeMs((attempt?.unresolved ?? 0) + 1, times) - times.sendMs
  // A request that is surely gone needs no listener; the worker cannot know, but it makes no difference.
  const after: Worker = request === undefined ? rested(worker) : { ...worker, phase: 'listening', sinceMs: untilMs }
  const next = withWorker(state, index, after)
  const settled = settle(next, worker, { kind: 'unknown' }, configuration)
  return move('step', settled ?? next, () => {
    const what = settled ? describe(settled.state.record) : 'the claim is no longer its own'
    return `${nameOf(index)} gives up on the answer: ${what}`
  })
}

/** Applies what an answer means to the record, if it still means anything. */
export function settle(state: State, worker: Worker, answer: Answer, configuration: Configuration): Change | undefined {
  const { attempt } = worker
  if (attempt === undefined) return undefined
  const isOutlived = attempt.epoch !== state.epoch
  const { step, after } = stepFor(state, worker, answer, configuration)
  if (after === undefined) return undefined
  const ended = answer.kind === 'invalid_grant' ? { endedGeneration: attempt.sent.generation } : {}
  const change = write(state, configuration, step, after, { isOutlived, ...ended })
  const isSaved = answer.kind === 'tokens' && after.generation !== state.record.generation
  return isSaved ? { ...change, state: noteTokens(change.state, worker, answer, configuration) } : change
}

function stepFor(
  { record, nowMs }: State,
  { attempt }: Worker,
  answer: Answer,
  configuration: Configuration,
): { step: StepName; after: GrantRecord | undefined } {
  const { steps } = configuration
  const rules = rulesOf(configuration)
  const claimId = attempt?.claimId ?? ''
  const sent = attempt?.sent ?? { lineage: '', generation: 0 }
  switch (answer.kind) {
    case 'tokens':
      return { step: 'tokens', after: steps.tokens(record, { claimId, sent, answer: newTokens(answer) }, nowMs) }
    case 'invalid_grant':
      return { step: 'rejected', after: steps.rejected(record, { claimId, reason: 'invalid_grant' }, nowMs) }
    case 'not processed':
      return { step: 'notConsumed', after: steps.notConsumed(record, { claimId }, nowMs) }
    case 'unknown':
      return { step: 'unknown', after: steps.unknown(record, { claimId }, nowMs, rules) }
  }
}

export function newTokens({ access, refreshToken, usable }: TokensAnswer): NewTokens {
  return {
    usable,
    issuedAgoMs: 0,
    ...(usable ? { accessToken: `A${access}` } : {}),
    ...(refreshToken === undefined ? {} : { refreshToken }),
  }
}

function noteTokens(
  state: State,
  { hasSlept, attempt }: Worker,
  { usable }: TokensAnswer,
  { rotation }: Configuration,
): State {
  const spent = attempt?.sent.refreshToken
  const meetsProbe =
    state.record.state === 'claimed' ||
    state.strays.some(({ token }) => token === spent) ||
    state.workers.some((other) => other.request?.at === 'server' && other.attempt?.sent.refreshToken === spent)
  const isDoomed = (hasSlept && meetsProbe && rotation === 'strict') || state.prospects === 'doomed'
  const prospects = isDoomed ? 'doomed' : hasSlept ? 'frail' : 'good'
  return { ...state, access: usable ? 'young' : state.access, prospects }
}

/** The callers who waited for this refresh get the new token, if it is the one that was saved. */
export function handOver(
  change: Change,
  index: number,
  { access }: { access: number },
  { callers }: Configuration,
): Change {
  const worker = change.state.workers[index]
  const { record } = change.state
  if (!callers || worker === undefined || accessNumber(record) !== access) return change
  const { glance } = worker
  const holding: Worker = {
    ...worker,
    handed: access,
    handedGeneration: record.generation,
    ...(glance ? { glance: { ...glance, isOverdue: true } } : {}),
  }
  const event: Event = { kind: 'handed', worker: index, before: worker.handed, access }
  return { state: withWorker(change.state, index, holding), events: [...change.events, event] }
}
