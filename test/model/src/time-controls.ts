import { shippedShell, smallTimes, tickMs } from './configuration.ts'
import { changed, strict, type Control } from './control.ts'
import { lockSteps, ownedLockSteps } from './lock-steps.ts'
import { shippedSteps } from './shipped-steps.ts'

const { unknown } = shippedSteps

/** Mistakes with locks and times. */
export const timeControls: readonly Control[] = [
  {
    name: 'lock with a lifetime',
    mistake: 'Mutual exclusion by a lock that expires; who holds it last writes last.',
    breaks: ['S4', 'S3'],
    configuration: strict('lock with a lifetime', { late: 1 }, { steps: lockSteps }),
  },
  {
    name: 'owned lock, conditional save',
    mistake: 'The same lock with an owner, released only by the owner, and compare-and-swap on save.',
    breaks: ['S4', 'S3'],
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
