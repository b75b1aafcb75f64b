import type { Fetch } from '@grantkit/auth-core'
import { apiTests } from './api-tests.ts'
import { connectionTests } from './connection-tests.ts'
import { runTests, type TestResult } from './harness.ts'
import { providerTests } from './provider-tests.ts'
import { secretTests } from './secret-tests.ts'
import type { Setting } from './setting.ts'
import { signatureTests } from './signature-tests.ts'
import type { Part, Stage } from './stage.ts'
import { storeTests } from './store-tests.ts'
import { transportTests } from './transport-tests.ts'

const parts: readonly Part[] = [
  connectionTests,
  secretTests,
  apiTests,
  signatureTests,
  storeTests,
  providerTests,
  transportTests,
]

/** Runs every test in this runtime; auth clients send with `tokenFetch`. */
export function runSuite(
  setting: Setting,
  tokenFetch: Fetch = (input, init) => fetch(input, init),
): Promise<readonly TestResult[]> {
  const stage: Stage = { setting, fetch: tokenFetch }
  return runTests((harness) => {
    for (const define of parts) define(harness, stage)
  })
}
