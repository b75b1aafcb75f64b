import { write, type Change, type Event } from './change.ts'
import { rulesOf, tickMs, type Configuration } from './configuration.ts'
import { move, type Move } from './move.ts'
import { familyOf } from './provider.ts'
import { settleMove, timeOutMove } from './settle-moves.ts'
import type { GrantRecord } from './shipped-steps.ts'
import { recoverMove, refuseMove } from './spill-moves.ts'
import { isWanted, left, nameOf, rested, spend, withWorker, type Attempt, type State, type Worker } from './state.ts'
import { describe, seconds } from './words.ts'

/** What one worker can do next: the shell of the refresh protocol, one small step at a time. */
export function workerMoves(state: State, index: number, configuration: Configuration): Move[] {
  const worker = state.workers[index]
  if (worker === undefined || worker.suspended) return []
  switch (worker.phase) {
    case 'idle':
      return state.spilled !== undefined && configuration.shell.looksIntoSpill
        ? [recoverMove(state, index, state.spilled, configuration)]
        : lookMoves(state, index, worker, configuration)
    case 'waiting':
      return waitMoves(state, index, worker, configuration)
    case 'read':
      return [claimMove(state, index, worker, configuration)]
    case 'claimed':
      return sendMoves(state, index, worker, configuration)
    case 'checked':
      return [sendMove(state, index, worker, configuration)]
    case 'sent':
      return state.nowMs >= worker.sinceMs + configuration.times.requestMs
        ? [timeOutMove(state, index, worker, configuration)]
        : []
    case 'answered':
      return [settleMove(state, index, worker, configuration), ...refusals(state, index, worker)]
    case 'unsaved':
      return [settleMove(state, index, worker, configuration)]
    case 'listening':
      return state.nowMs >= worker.sinceMs ? [stopListening(state, index, worker)] : []
    case 'asked':
      return [verdictMove(state, index, worker, configuration)]
  }
}

function refusals(state: State, index: number, worker: Worker): Move[] {
  const { attempt, answer } = worker
  if (attempt === undefined || answer?.kind !== 'tokens' || left(state, 'unsaved') === 0) return []
  return [refuseMove(state, index, worker, attempt, answer)]
}

function lookMoves(state: State, index: number, worker: Worker, configuration: Configuration): Move[] {
  const { record, nowMs } = state
  const rules = rulesOf(configuration)
  const { steps } = configuration
  if (!isWanted(state) || record.state === 'reauth' || !steps.isRenewable(record)) return []
  const asks = steps.mayAsk(record, nowMs, rules) ? [askMove(state, index, worker)] : []
  if (record.state === 'claimed' && steps.takeOver(record, nowMs, rules) === undefined) {
    if (!configuration.callers) return asks
    const waiting: Worker = { ...worker, phase: 'waiting', sinceMs: nowMs, beyond: record.generation }
    return [move('step', withWorker(state, index, waiting), () => `${nameOf(index)} waits for the claim to end`)]
  }
  if (record.state === 'active' && nowMs < record.retryAtMs) return asks
  const reading: Worker = { ...worker, phase: 'read', sinceMs: nowMs, isUpToDate: true, beyond: record.generation }
  const read = move(
    'step',
    withWorker(state, index, reading),
    () => `${nameOf(index)} starts its watch and reads: ${describe(record)}`,
  )
  return [read, ...asks]
}

function waitMoves(state: State, index: number, worker: Worker, { times, shell }: Configuration): Move[] {
  const { record, nowMs } = state
  const rest = withWorker(state, index, rested(worker))
  if (record.generation !== worker.beyond || record.state !== 'claimed') {
    return [move('step', rest, () => `${nameOf(index)} sees a change and looks again`)]
  }
  if (!shell.limitsWaits || nowMs < worker.sinceMs + times.waitMs) return []
  return [move('step', rest, () => `${nameOf(index)}'s caller gets "wait_timeout"`)]
}

/** Claims in one conditional write; an overdue claim of somebody else is ended in the same write. */
function claimMove(state: State, index: number, worker: Worker, configuration: Configuration): Move {
  const name = nameOf(index)
  const again = withWorker(state, index, rested(worker))
  if (!worker.isUpToDate) return move('step', again, () => `${name} loses the write (conflict) and starts over`)
  const { steps } = configuration
  const rules = rulesOf(configuration)
  // The store's clock as it was read; a suspension may lie between reading and writing.
  const readAtMs = worker.sinceMs
  const freed = steps.takeOver(state.record, readAtMs, rules)
  const current = freed ?? state.record
  const id = `c${state.nextId}`
  const event = { id, generation: worker.beyond, refused: worker.isRefusal }
  const claimed = steps.claim(current, event, readAtMs, rules)
  if (freed === undefined && claimed === undefined) {
    const put = steps.postpone(state.record, readAtMs, rules)
    if (put === undefined) return move('step', again, () => `${name} finds nothing to claim: ${describe(current)}`)
    const change = write(again, configuration, 'postpone', put, { nowMs: readAtMs })
    return move(
      'step',
      change,
      () => `${name} is too late for the grace window; next attempt at ${seconds(put.retryAtMs)}`,
    )
  }
  const freeing = freed && write(state, configuration, 'takeOver', freed, { nowMs: readAtMs })
  const tookOver = freed ? `${name} takes the claim over (unresolved ${freed.unresolved})` : name
  if (claimed === undefined) {
    const next = freeing ? { ...freeing, state: withWorker(freeing.state, index, rested(worker)) } : again
    return move('step', next, () => `${tookOver}; next attempt at ${seconds(current.retryAtMs)}`)
  }
  const change = claimFor(freeing?.state ?? state, index, worker, claimed, configuration)
  const events = [...(freeing?.events ?? []), ...change.events]
  return move('step', { state: change.state, events }, () => {
    const probe = claimed.unresolved > 0 ? ' for a probe' : ''
    const until = seconds(claimed.claim?.deadlineMs ?? 0)
    return `${tookOver}${freed ? ' and' : ''} claims generation ${claimed.generation}${probe} (deadline ${until})`
  })
}

function claimFor(
  state: State,
  index: number,
  worker: Worker,
  claimed: GrantRecord,
  configuration: Configuration,
): Change {
  const { lineage, generation, tokens, unresolved } = claimed
  const attempt: Attempt = {
    claimId: claimed.claim?.id ?? '',
    sent: { lineage, generation, ...(tokens.refreshToken === undefined ? {} : { refreshToken: tokens.refreshToken }) },
    isProbe: unresolved > 0,
    unresolved,
    epoch: state.epoch,
  }
  const change = write(state, configuration, 'claim', claimed)
  const next: Worker = { ...worker, phase: 'claimed', isUpToDate: false, attempt }
  const event: Event = { kind: 'claimed', after401: worker.isRefusal, beyond: worker.beyond, generation }
  return {
    state: withWorker({ ...change.state, nextId: state.nextId + 1 }, index, next),
    events: [...change.events, event],
  }
}

function sendMoves(state: State, index: number, worker: Worker, configuration: Configuration): Move[] {
  const name = nameOf(index)
  const elapsedMs = state.nowMs - worker.sinceMs
  const giveUp: Worker = { ...worker, phase: 'answered', sinceMs: state.nowMs, answer: { kind: 'not processed' } }
  if (elapsedMs >= configuration.times.sendMs) {
    return [
      move(
        'step',
        withWorker(state, index, giveUp),
        () => `${name}'s send check fails (${elapsedMs / 1_000} s): not sent`,
      ),
    ]
  }
  const moves = [
    configuration.shell.sendsAtOnce
      ? sendMove(state, index, worker, configuration)
      : move('step', withWorker(state, index, { ...worker, phase: 'checked' }), () => `${name} passes the send check`),
  ]
  if (left(state, 'refusal') > 0) {
    const refused = withWorker(spend(state, 'refusal'), index, giveUp)
    moves.push(move('fault', refused, () => `${name} cannot connect: never sent`))
  }
  return moves
}

/** Puts the refresh request on the network. Nothing below may repeat it. */
function sendMove(state: State, index: number, worker: Worker, { times }: Configuration): Move {
  const { nowMs } = state
  const { attempt } = worker
  if (attempt === undefined) throw new Error('A worker sends without a claim.')
  const { lineage, generation } = attempt.sent
  const isSame = (one: { lineage: string; generation: number }): boolean =>
    one.lineage === lineage && one.generation === generation
  const earlier = state.presentations.find(isSame)
  const isOpen = state.record.claim?.id === attempt.claimId
  const presentation = {
    lineage,
    generation,
    claimId: attempt.claimId,
    isOpen,
    // A presentation outside its claim has no quiet time of its own.
    notBeforeMs: isOpen ? nowMs : Infinity,
    unknowns: earlier?.unknowns ?? 0,
  }
  const sent: Worker = {
    ...worker,
    phase: 'sent',
    sinceMs: nowMs,
    // An answer that is in time comes before the time-out, not with it.
    request: { at: 'server', byMs: nowMs + times.requestMs - tickMs, isLate: false },
  }
  const presentations = [...state.presentations.filter((one) => !isSame(one)), presentation]
  const event: Event = { kind: 'presented', nowMs, ...(earlier ? { earlier } : {}) }
  return move('step', { state: withWorker({ ...state, presentations }, index, sent), events: [event] }, () => {
    const what = attempt.isProbe ? 'presents again (probe)' : 'presents'
    return `${nameOf(index)} ${what} ${attempt.sent.refreshToken ?? ''} of generation ${generation}`
  })
}

function stopListening(state: State, index: number, worker: Worker): Move {
  const token = worker.attempt?.sent.refreshToken ?? ''
  const { request } = worker
  const strays =
    request?.at === 'server'
      ? [...state.strays, { token, isProbe: worker.attempt?.isProbe ?? false, byMs: state.nowMs }]
      : state.strays
  const next = withWorker({ ...state, strays }, index, rested(worker))
  return move('step', next, () => `${nameOf(index)} stops listening, just before the next probe`)
}

/** Asks the provider whether the stored refresh token is good. */
function askMove(state: State, index: number, worker: Worker): Move {
  const { record, nowMs } = state
  const token = record.tokens.refreshToken ?? ''
  const active = familyOf(state.provider, token)?.current.includes(token) ?? false
  const verdict = { active, generation: record.generation }
  const asked: Worker = { ...worker, phase: 'asked', sinceMs: nowMs, isUpToDate: true, verdict }
  return move('step', withWorker(state, index, asked), () => {
    return `${nameOf(index)} asks about ${token}: ${active ? 'active' : 'inactive'}`
  })
}

function verdictMove(state: State, index: number, worker: Worker, configuration: Configuration): Move {
  const { record, nowMs } = state
  const { verdict } = worker
  const next = withWorker(state, index, rested(worker))
  if (verdict === undefined || (configuration.shell.bindsVerdict && !worker.isUpToDate)) {
    return move('step', next, () => `${nameOf(index)} drops the verdict: the record has changed`)
  }
  const event = { ...verdict, reason: 'introspected_inactive' }
  const after = configuration.steps.ask(record, event, nowMs, rulesOf(configuration))
  if (after === undefined) return move('step', next, () => `${nameOf(index)} finds nothing to resolve`)
  const ended = verdict.active ? {} : { endedGeneration: verdict.generation }
  const change = write(next, configuration, 'ask', after, ended)
  return move('step', change, () => `${nameOf(index)} settles the verdict: ${describe(after)}`)
}

/** Until when a worker that is not suspended has acted. */
export function actsByMs(worker: Worker, { times, shell }: Configuration): number {
  switch (worker.phase) {
    case 'idle':
    case 'unsaved':
      return Infinity
    case 'read':
    case 'claimed':
    case 'checked':
      return worker.sinceMs + times.sendMs - tickMs
    case 'sent':
      return worker.sinceMs + times.requestMs + times.saveMs
    case 'waiting':
      return shell.limitsWaits ? worker.sinceMs + times.waitMs : Infinity
    case 'listening':
      return worker.sinceMs
    case 'answered':
    case 'asked':
      return worker.sinceMs + times.saveMs
  }
}
