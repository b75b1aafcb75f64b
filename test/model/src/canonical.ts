import { grace, tickMs, type Configuration } from './configuration.ts'
import type { Provider } from './provider.ts'
import { quietTimeMs, type GrantRecord } from './shipped-steps.ts'
import type { Answer, Attempt, Presentation, Spilled, State, Worker } from './state.ts'

/**
 * The state as a string that is equal for states with the same future: instants as distances from now and only as far
 * as a rule still looks at them, claims by whose they are, workers without their names.
 */
export function canonical(state: State, configuration: Configuration): string {
  const { nowMs } = state
  const workers = state.workers.map((worker) => ofWorker(worker, state, configuration)).toSorted()
  const parts = [
    ofRecord(state.record, state, configuration),
    state.previous === undefined ? '' : ofRecord(state.previous, state, configuration),
    state.access.charAt(0) + state.prospects.charAt(0),
    ofProvider(state.provider, nowMs),
    state.spilled === undefined ? '' : ofSpilled(state.spilled, state),
    workers.join('/'),
    state.strays
      .map(({ token, isProbe, byMs }) => `${token}${flag(isProbe)}${ahead(byMs, nowMs)}`)
      .toSorted()
      .join('/'),
    state.left.join(''),
    state.presentations.map((one) => ofPresentation(one, nowMs)).join('/'),
  ]
  return parts.join('|')
}

function ofRecord(record: GrantRecord, { nowMs, workers }: State, { rotation, times }: Configuration): string {
  const { claim, tokens } = record
  // Whoever has read and not yet written decides by the instant of the reading.
  const readMs = Math.min(nowMs, ...workers.filter(isReader).map(({ sinceMs }) => sinceMs))
  const hasGrace = rotation === 'grace'
  const graceMs = hasGrace ? (grace.graceSeconds + 1) * tickMs : 0
  // Only a server with grace makes the steps look at when the last claim ended.
  const quietMs = hasGrace && record.unresolved > 0 ? quietTimeMs(record.unresolved, times) : 0
  const held = claim ? `${claim.generation},${left(claim.deadlineMs, nowMs)},${past(claim.atMs, nowMs, graceMs)}` : ''
  const since =
    record.unresolvedSinceMs === undefined ? '' : past(record.unresolvedSinceMs, nowMs, graceMs + nowMs - readMs)
  const ended = past(record.sinceMs, nowMs, quietMs === 0 ? 0 : quietMs + nowMs - readMs)
  return [
    `${record.lineage}g${record.generation}${record.state.slice(0, 2)}${tokens.refreshToken ?? ''}${tokens.accessToken ?? ''}`,
    held,
    ahead(record.retryAtMs, nowMs),
    // The back-off grows no further after five failures.
    Math.min(record.failures, 6),
    `${record.unresolved}@${since}${flag(record.refused)}${ended}`,
  ].join(' ')
}

function ofProvider({ families, issued }: Provider, nowMs: number): string {
  const graceMs = (grace.graceSeconds + 1) * tickMs
  const all = families.map(({ alive, current, spent }) => {
    const memory = spent ? `${spent.token}u${spent.uses}a${past(spent.atMs, nowMs, graceMs)}` : ''
    return `${flag(alive)}${current.join()} ${memory}`
  })
  return `${issued} ${all.join('/')}`
}

function ofWorker(worker: Worker, state: State, configuration: Configuration): string {
  const { attempt, request, verdict, glance } = worker
  const parts: (string | number)[] = [worker.phase, phaseTime(worker, state.nowMs, configuration)]
  parts.push(flag(worker.suspended) + flag(worker.hasSlept) + flag(worker.isUpToDate) + flag(worker.isRefusal))
  parts.push(worker.beyond)
  if (attempt !== undefined) parts.push(ofAttempt(attempt, state), `${flag(attempt.isProbe)}${attempt.unresolved}`)
  if (request !== undefined) {
    parts.push(`${request.at}${left(request.byMs, state.nowMs)}${flag(request.isLate)}${ofAnswer(request.answer)}`)
  }
  if (worker.answer !== undefined) parts.push(ofAnswer(worker.answer))
  if (verdict !== undefined) parts.push(`v${flag(verdict.active)}${verdict.generation}`)
  if (configuration.callers) parts.push(`h${worker.handed}g${worker.handedGeneration}`)
  if (glance !== undefined) parts.push(`l${glance.access}g${glance.generation}${flag(glance.isOverdue)}`)
  return parts.join(' ')
}

function ofSpilled({ attempt, answer, hasSlept }: Spilled, state: State): string {
  return `${ofAttempt(attempt, state)} ${ofAnswer(answer)}${flag(hasSlept)}`
}

function ofAttempt({ claimId, epoch, sent }: Attempt, state: State): string {
  const isHeld = flag(state.record.claim?.id === claimId) + flag(state.previous?.claim?.id === claimId)
  const { lineage, generation, refreshToken } = sent
  return `${isHeld}${flag(epoch === state.epoch)} ${lineage}g${generation}${refreshToken ?? ''}`
}

function isReader({ phase, isUpToDate }: Worker): boolean {
  return phase === 'read' && isUpToDate
}

function phaseTime(worker: Worker, nowMs: number, { times }: Configuration): number {
  const { phase, sinceMs } = worker
  switch (phase) {
    case 'idle':
    case 'unsaved':
      return 0
    case 'read':
      // A reading that is out of date no longer matters, whenever it was.
      return past(sinceMs, nowMs, isReader(worker) ? Infinity : times.sendMs)
    case 'claimed':
    case 'checked':
      return past(sinceMs, nowMs, times.sendMs)
    case 'sent':
      return past(sinceMs, nowMs, times.requestMs + times.saveMs)
    case 'answered':
    case 'asked':
      return past(sinceMs, nowMs, times.saveMs)
    case 'listening':
      return ahead(sinceMs, nowMs)
    case 'waiting':
      return past(sinceMs, nowMs, times.waitMs + tickMs)
  }
}

function ofAnswer(answer: Answer | undefined): string {
  if (answer === undefined) return ''
  if (answer.kind !== 'tokens') return answer.kind.charAt(0)
  return `t${answer.access}${answer.refreshToken ?? ''}${flag(answer.usable)}`
}

function ofPresentation(one: Presentation, nowMs: number): string {
  const { lineage, generation, isOpen, notBeforeMs, unknowns } = one
  return `${lineage}g${generation}${flag(isOpen)}${ahead(notBeforeMs, nowMs)}u${unknowns}`
}

/** How far ahead an instant is; 0 once it is there. */
function ahead(instantMs: number, nowMs: number): number {
  return Math.max(instantMs - nowMs, 0) / tickMs
}

/** How far ahead a deadline is; -1 once it is over, which is later than reached. */
function left(deadlineMs: number, nowMs: number): number {
  return Math.max(deadlineMs - nowMs, -tickMs) / tickMs
}

/** How long ago an instant was, no further than anybody looks. */
function past(instantMs: number, nowMs: number, furthestMs: number): number {
  return Math.min(nowMs - instantMs, furthestMs) / tickMs
}

function flag(value: boolean): string {
  return value ? '+' : '-'
}
