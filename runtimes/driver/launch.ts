import type { TestResult } from '../core-suite/harness.ts'
import type { Setting } from '../core-suite/setting.ts'
import type { Bundle } from './bundle.ts'

/** What came of running the suite in one runtime. */
export interface Launched {
  readonly version: string
  readonly suite: readonly TestResult[]
  /** Of what only this runtime has. */
  readonly own?: readonly TestResult[]
  /** Everything the runtime printed. */
  readonly output: string
  /** What the runtime itself complained of, such as a promise that was rejected and nobody noticed. */
  readonly complaints: string
}

/** Runs the suite in one runtime. Rejects when the runtime is missing, breaks or takes longer than {@link limitMs}. */
export type Launch = (bundle: Bundle, setting: Setting) => Promise<Launched>

export const limitMs = 120_000
