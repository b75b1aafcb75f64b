import { configuration, shippedShell, type Steps } from './configuration.ts'
import { changed, reopened, strict, type Control } from './control.ts'
import { shippedSteps, type GrantRecord } from './shipped-steps.ts'

const { install, tokens, unknown } = shippedSteps

/** Mistakes in what an answer may change. */
export const settlingControls: readonly Control[] = [
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
    name: 'spill settled unchecked',
    mistake: 'What lies in the spill is saved whatever the record holds by then.',
    breaks: ['S2', 'S6'],
    configuration: strict(
      'spill settled unchecked',
      { unsaved: 1, install: 1 },
      { shell: { ...shippedShell, bindsSpilled: false } },
    ),
  },
  {
    name: 'spill not looked into',
    mistake:
      'Only a process that starts reads the spill; one that runs takes the claim over, and its probe comes too late.',
    breaks: ['S5', 'E1'],
    configuration: strict(
      'spill not looked into',
      { unsaved: 1 },
      { shell: { ...shippedShell, looksIntoSpill: false } },
    ),
  },
  {
    name: 'spill thrown away with its claim',
    mistake: 'An answer in the spill whose claim has ended is taken for settled.',
    breaks: ['S10'],
    configuration: strict(
      'spill thrown away with its claim',
      { unsaved: 1, late: 1 },
      { shell: { ...shippedShell, keepsSpilled: false } },
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
