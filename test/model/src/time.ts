import { grace, rulesOf, tickMs, type Configuration } from './configuration.ts'
import { move, type Move } from './move.ts'
import { quietTimeMs } from './shipped-steps.ts'
import type { State, Worker } from './state.ts'
import { actsByMs } from './worker-moves.ts'
import { seconds } from './words.ts'

/**
 * Lets time pass, a tick at a time while anything is under way, else straight to the next instant that matters. Time
 * stands still while a worker that is not suspended, or the network, still has something to do by now.
 */
export function timeMoves(state: State, configuration: Configuration): Move[] {
  const { nowMs } = state
  if (isSomethingDue(state, configuration)) return []
  const isCalm = state.strays.length === 0 && state.workers.every(isCalmWorker)
  const next = isCalm ? nextInstant(state, configuration) : nowMs + tickMs
  if (next === undefined) return []
  const asleep = configuration.shell.countsSleep ? undefined : next - nowMs
  const workers = asleep === undefined ? state.workers : state.workers.map((worker) => stoppedWatch(worker, asleep))
  return [move('step', { ...state, nowMs: next, workers }, () => `time: ${seconds(next)}`)]
}

function isSomethingDue({ nowMs, strays, workers }: State, configuration: Configuration): boolean {
  if (strays.some(({ byMs }) => nowMs >= byMs)) return true
  return workers.some((worker) => {
    const { suspended, request } = worker
    // The answer to a suspended worker waits in its socket.
    if (request !== undefined && nowMs >= request.byMs && !(suspended && request.at === 'client')) return true
    return !suspended && nowMs >= actsByMs(worker, configuration)
  })
}

function isCalmWorker({ phase, suspended, request }: Worker): boolean {
  return phase === 'idle' || phase === 'unsaved' || (suspended && request?.at !== 'server')
}

function nextInstant(state: State, configuration: Configuration): number | undefined {
  const { record, nowMs } = state
  const instants = state.workers.filter(({ suspended }) => suspended).map((worker) => actsByMs(worker, configuration))
  if (record.claim !== undefined) instants.push(record.claim.deadlineMs + tickMs)
  if (record.state === 'active') instants.push(record.retryAtMs)
  if (configuration.rotation === 'grace') instants.push(...graceInstants(state, configuration))
  const ahead = instants.filter((instant) => instant > nowMs && instant < Infinity)
  return ahead.length === 0 ? undefined : Math.min(...ahead)
}

function graceInstants({ record, provider }: State, configuration: Configuration): number[] {
  const windowMs = grace.graceSeconds * tickMs
  const ends = provider.families.flatMap(({ spent }) => (spent ? [spent.atMs + windowMs + tickMs] : []))
  const { unresolvedSinceMs, sinceMs, unresolved } = record
  if (unresolvedSinceMs === undefined) return ends
  const { times } = rulesOf(configuration)
  return [...ends, unresolvedSinceMs + windowMs - times.sendMs, sinceMs + quietTimeMs(unresolved, times)]
}

/** A watch that stands still while its process sleeps: the mistake of one negative control. */
function stoppedWatch(worker: Worker, asleepMs: number): Worker {
  const isWatched = worker.suspended && (worker.phase === 'claimed' || worker.phase === 'checked')
  return isWatched ? { ...worker, sinceMs: worker.sinceMs + asleepMs } : worker
}
