import { configuration, shippedShell, type Configuration } from './configuration.ts'
import type { InvariantName } from './invariants.ts'

/** Section 8 of the refresh protocol: what nobody can mask. The model finds each loss, and the user is told why. */
export interface Limit {
  readonly name: string
  readonly why: string
  readonly breaks: InvariantName
  readonly configuration: Configuration
}

function unforgiven(options: Parameters<typeof configuration>[0]): Configuration {
  return configuration({ ...options, forgives: false })
}

export const limits: readonly Limit[] = [
  {
    name: 'crash after a strict server rotated',
    why: 'The only copy of the new token is gone.',
    breaks: 'S3',
    configuration: unforgiven({ name: 'crash', workers: 2, rotation: 'strict', budget: { crash: 1 } }),
  },
  {
    name: 'answer of a strict server lost',
    why: 'The only copy of the new token is gone.',
    breaks: 'S3',
    configuration: unforgiven({ name: 'lost', workers: 2, rotation: 'strict', budget: { lost: 1 } }),
  },
  {
    name: 'suspended beyond the quiet time with the answer on its way',
    why: 'A probe was made meanwhile; the late answer is dead.',
    breaks: 'S3',
    configuration: unforgiven({ name: 'suspended', workers: 2, rotation: 'strict', budget: { suspension: 1 } }),
  },
  {
    name: 'suspended between send check and socket',
    why: 'No check of the worker itself can see it.',
    breaks: 'S4',
    configuration: configuration({
      name: 'suspended before the socket',
      workers: 2,
      rotation: 'strict',
      budget: { suspension: 1 },
      shell: { ...shippedShell, sendsAtOnce: false },
    }),
  },
  {
    name: 'store lost its last write',
    why: 'The generation went back, a spent token is presented as if it were new.',
    breaks: 'S4',
    configuration: unforgiven({ name: 'store', workers: 2, rotation: 'strict', budget: { lostWrite: 1 } }),
  },
  {
    name: 'request reaches a grace server after its window',
    why: 'The presentation left in time and spent longer on the way than the window lasts.',
    breaks: 'S3',
    configuration: configuration({
      name: 'late at a grace server',
      workers: 2,
      rotation: 'grace',
      budget: { late: 2 },
      hasOrderlyNetwork: false,
    }),
  },
  {
    name: 'request overtaken by two later ones',
    why: 'Inside a grace window there is no quiet time, so a stray first request can arrive after the next generation.',
    breaks: 'S4',
    configuration: configuration({
      name: 'overtaken at a grace server',
      workers: 2,
      rotation: 'grace',
      budget: { lost: 1, refusal: 1 },
      hasOrderlyNetwork: false,
    }),
  },
]
