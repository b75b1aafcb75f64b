import { configuration, shippedShell, smallTimes, tickMs, type Configuration, type Steps } from './configuration.ts'
import { lockSteps, ownedLockSteps } from './lock-steps.ts'
import type { InvariantName } from './invariants.ts'
import { shippedSteps, type GrantRecord } from './shipped-steps.ts'

/** A protocol with one mistake, and the invariants that have to notice it. */
export interface Control {
  readonly name: string
  /** What the mistake is, and why it looks harmless. */
  readonly mistake: string
  readonly breaks: readonly InvariantName[]
  readonly configuration: Configuration
}

function strict(name: string, budget: Configuration['budget'], changes: Partial<Configuration> = {}): Configuration {
  return configuration({ name, workers: 2, rotation: 'strict', budget, ...changes })
}

function changed(steps: Partial<Steps>): Steps {
  return { ...shippedSteps, ...steps }
}

function reopened(record: GrantRecord): GrantRecord {
  const { claim: _, ...rest } = record
  return { ...rest, state: 'active' }
}

const { ask, claim, install, mayAsk, takeOver, tokens, unknown } = shippedSteps

const timesAndLocks: readonly Control[] = [
  {
    name: 'lock with a lifetime',
    mistake: 'Mutual exclusion by a lock that expires; who holds it last writes last.',
    breaks: ['S3', 'S4'],
    configuration: strict('lock with a lifetime', { late: 1 }, { steps: lockSteps }),
  },
  {
    name: 'owned lock, conditional save',
    mistake: 'The same lock with an owner, released only by the owner, and compare-and-swap on save.',
    breaks: ['S3', 'S4'],
    configuration: strict('owned lock, conditional save', { late: 1 }, { steps: ownedLockSteps }),
  },
  {
    name: 'claim too short',
    mistake: 'send + request + save ≥ claim: a claim is taken over although its worker does all in time.',
    breaks: ['E1'],
    configuration: strict('claim too short', {}, { times: { ...smallTimes, requestMs: 6 * tickMs } }),
  },
  {
    name: 'claim and quiet time too short',
    mistake: 'send + request + save ≥ claim + quiet: a probe meets a request that does all in time.',
    breaks: ['S3', 'S5'],
    configuration: strict('claim and quiet time too short', {}, { times: { ...smallTimes, requestMs: 16 * tickMs } }),
  },
  {
    name: 'no quiet time',
    mistake: 'After an unknown outcome the token is presented again at once.',
    breaks: ['S1', 'S3'],
    configuration: strict(
      'no quiet time',
      { late: 1 },
      {
        steps: changed({
          unknown: (record, event, nowMs, rules) => {
            const settled = unknown(record, event, nowMs, rules)
            return settled && { ...settled, retryAtMs: nowMs }
          },
        }),
      },
    ),
  },
  {
    name: 'watch that stands still in sleep',
    mistake: 'The send check uses a clock that stops while the machine sleeps.',
    breaks: ['S4'],
    configuration: strict(
      'watch that stands still in sleep',
      { suspension: 1 },
      {
        shell: { ...shippedShell, countsSleep: false },
      },
    ),
  },
]

const settling: readonly Control[] = [
  {
    name: 'late tokens reopen',
    mistake: 'Late tokens clear the claim of the probe that is under way, and their successor is presented meanwhile.',
    breaks: ['S5'],
    configuration: configuration({
      name: 'late tokens reopen',
      workers: 2,
      rotation: 'grace',
      budget: { suspension: 1, expiry: 1 },
      steps: changed({
        tokens: (record, event, nowMs) => {
          const settled = tokens(record, event, nowMs)
          return settled && reopened(settled)
        },
      }),
    }),
  },
  {
    name: 'tokens only while claimed',
    mistake: 'An answer is saved only under its own claim; a late one is dropped.',
    breaks: ['S3'],
    configuration: strict(
      'tokens only while claimed',
      { late: 1 },
      {
        steps: changed({
          tokens: (record, event, nowMs) =>
            record.claim?.id === event.claimId ? tokens(record, event, nowMs) : undefined,
        }),
      },
    ),
  },
  {
    name: 'tokens over anything newer',
    mistake: 'A late answer is saved whatever the record holds by then.',
    breaks: ['S2'],
    configuration: configuration({
      name: 'tokens over anything newer',
      workers: 2,
      rotation: 'grace',
      budget: { suspension: 1 },
      steps: changed({ tokens: saveOverAnything }),
    }),
  },
  {
    name: 'tokens over a new sign-in',
    mistake: 'A late answer is saved although a person has authorized again since.',
    breaks: ['S6'],
    configuration: strict(
      'tokens over a new sign-in',
      { install: 1 },
      { steps: changed({ tokens: saveOverAnything }) },
    ),
  },
  {
    name: 'install keeps the claim',
    mistake: 'A new sign-in leaves a claim in place, and its worker settles it.',
    breaks: ['S6'],
    configuration: strict(
      'install keeps the claim',
      { install: 1 },
      {
        steps: changed({
          install: (record, event, nowMs) => {
            const fresh = install(record, event, nowMs)
            return record?.claim ? { ...fresh, state: 'claimed', claim: record.claim } : fresh
          },
        }),
      },
    ),
  },
  {
    name: 'race lost, grant ended',
    mistake: 'invalid_grant ends the grant although a newer generation was saved meanwhile.',
    breaks: ['S7'],
    configuration: strict(
      'race lost, grant ended',
      { suspension: 1 },
      {
        steps: changed({
          rejected: (record, { claimId, reason }) =>
            record.claim?.id === claimId ? { ...reopened(record), state: 'reauth', reason } : undefined,
        }),
      },
    ),
  },
  {
    name: 'unknown outcome clears tokens',
    mistake: 'After an unknown outcome the access token is thrown away as well.',
    breaks: ['S9'],
    configuration: strict(
      'unknown outcome clears tokens',
      { lost: 1 },
      {
        steps: changed({
          unknown: (record, event, nowMs, rules) => {
            const settled = unknown(record, event, nowMs, rules)
            const { accessToken: _, ...rest } = record.tokens
            return settled && { ...settled, tokens: rest }
          },
        }),
      },
    ),
  },
]

const asking: readonly Control[] = [
  {
    name: 'asking during a request',
    mistake: 'The server is asked about the token before the quiet time of a lost request is over.',
    breaks: ['S3', 'S4'],
    configuration: strict(
      'asking during a request',
      { late: 1 },
      {
        introspects: true,
        steps: changed({
          mayAsk: (record) => record.state === 'active' && record.unresolved > 0,
          ask: (record, event, nowMs, rules) => {
            const settled = ask({ ...record, retryAtMs: 0 }, event, nowMs, rules)
            return settled
          },
        }),
      },
    ),
  },
  {
    name: 'verdict without its record',
    mistake: 'A verdict is written by compare-and-swap "again on conflict", though it was about an older record.',
    breaks: ['S4'],
    configuration: strict(
      'verdict without its record',
      { lost: 2, suspension: 1 },
      {
        introspects: true,
        shell: { ...shippedShell, bindsVerdict: false },
      },
    ),
  },
  {
    name: 'asking inside a grace window',
    mistake: 'The server is asked at once, finds the token spent, and the answer to it is still on its way.',
    breaks: ['S3'],
    configuration: configuration({
      name: 'asking inside a grace window',
      workers: 2,
      rotation: 'grace',
      introspects: true,
      budget: { late: 1 },
      steps: changed({
        mayAsk: (record, nowMs, rules) => mayAsk(record, nowMs, { ...rules, rotation: 'strict' }),
        ask: (record, event, nowMs, rules) => ask(record, event, nowMs, { ...rules, rotation: 'strict' }),
      }),
    }),
  },
  {
    name: 'grace window missed',
    mistake: 'A presentation that was scheduled for the grace window is made at any later time.',
    breaks: ['S3'],
    configuration: configuration({
      name: 'grace window missed',
      workers: 2,
      rotation: 'grace',
      budget: { late: 1 },
      steps: changed({
        claim: (record, event, nowMs, rules) => claim(record, event, nowMs, { ...rules, rotation: 'strict' }),
      }),
    }),
  },
]

const progress: readonly Control[] = [
  {
    name: 'nobody takes over',
    mistake: 'A claim is ended only by its own worker.',
    breaks: ['L1', 'L2'],
    configuration: strict('nobody takes over', { crash: 1 }, { steps: changed({ takeOver: () => undefined }) }),
  },
  {
    name: 'a single probe',
    mistake: 'After one probe without an answer the grant is left alone.',
    breaks: ['L2'],
    configuration: strict(
      'a single probe',
      { lost: 2 },
      {
        steps: changed({
          claim: (record, event, nowMs, rules) =>
            record.unresolved > 1 ? undefined : claim(record, event, nowMs, rules),
          postpone: () => undefined,
          takeOver: (record, nowMs, rules) => takeOver(record, nowMs, rules),
        }),
      },
    ),
  },
  {
    name: 'waiting without a timer',
    mistake: 'A caller waits for a notice and has no time limit of its own.',
    breaks: ['L3'],
    configuration: strict(
      'waiting without a timer',
      { crash: 1 },
      {
        callers: true,
        shell: { ...shippedShell, limitsWaits: false },
      },
    ),
  },
]

const callers: readonly Control[] = [
  {
    name: 'readings out of order',
    mistake: 'A slow reading replaces what the process saved itself in the meantime.',
    breaks: ['S8'],
    configuration: strict(
      'readings out of order',
      { expiry: 1, unauthorized: 1 },
      {
        callers: true,
        shell: { ...shippedShell, ordersReadings: false },
      },
    ),
  },
  {
    name: 'any 401 refreshes',
    mistake: 'A 401 forces a refresh of whatever is stored, also when it was about an older token.',
    breaks: ['E2'],
    configuration: strict(
      'any 401 refreshes',
      { expiry: 1, unauthorized: 1 },
      {
        callers: true,
        steps: changed({
          claim: (record, event, nowMs, rules) =>
            claim(record, { ...event, generation: record.generation }, nowMs, rules),
        }),
      },
    ),
  },
]

/** Section 10 of the refresh protocol asks for some of these; together they break every invariant at least once. */
export const controls: readonly Control[] = [...timesAndLocks, ...settling, ...asking, ...progress, ...callers]

function saveOverAnything(
  record: GrantRecord,
  event: Parameters<Steps['tokens']>[1],
  nowMs: number,
): GrantRecord | undefined {
  if (record.state === 'closed') return undefined
  const { lineage, generation } = record
  const { refreshToken } = record.tokens
  const sent = { lineage, generation, ...(refreshToken === undefined ? {} : { refreshToken }) }
  return tokens(record, { ...event, sent }, nowMs)
}
