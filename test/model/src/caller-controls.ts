import { shippedShell } from './configuration.ts'
import { changed, strict, type Control } from './control.ts'
import { shippedSteps } from './shipped-steps.ts'

const { claim } = shippedSteps

/** Mistakes that leave somebody waiting, or with the wrong token. */
export const callerControls: readonly Control[] = [
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
