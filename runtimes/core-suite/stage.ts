import type { Fetch } from '@grantkit/auth-core'
import type { Harness } from './harness.ts'
import type { Setting } from './setting.ts'

/** What every test is given. */
export interface Stage {
  readonly setting: Setting
  /** What auth clients send with: the runtime's `fetch`, or the one that the documentation tells to give. */
  readonly fetch: Fetch
}

/** Defines a part of the suite. */
export type Part = (harness: Harness, stage: Stage) => void
