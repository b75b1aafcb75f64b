import { configuration, shippedShell } from './configuration.ts'
import { changed, strict, type Control } from './control.ts'
import { shippedSteps } from './shipped-steps.ts'

const { ask, claim, mayAsk } = shippedSteps

/** Mistakes in resolving doubt: by asking the server, or inside a grace window. */
export const askingControls: readonly Control[] = [
  {
    name: 'asking during a request',
    mistake: 'The server is asked about the token before the quiet time of a lost request is over.',
    breaks: ['S4', 'S3'],
    configuration: strict(
      'asking during a request',
      { late: 1 },
      {
        introspects: true,
        steps: changed({
          mayAsk: (record) => record.state === 'active' && record.unresolved > 0,
          ask: (record, event, nowMs, rules) => ask({ ...record, retryAtMs: 0 }, event, nowMs, rules),
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
