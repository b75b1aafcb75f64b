import { test as base, type TestAPI } from 'vitest'
import { listen } from './listen.ts'
import { createSandbox, type Sandbox } from './sandbox.ts'
import type { SandboxOptions } from './sandbox-options.ts'

export interface SandboxFixtures {
  /** What each sandbox is made with. Default: the defaults; `test.override({ sandboxOptions: … })` changes it. */
  readonly sandboxOptions: SandboxOptions
  /** A sandbox for this test alone, closed when it ends. */
  readonly sandbox: Sandbox
  /** Where it listens on this machine; it does so only in tests that ask for it. */
  readonly sandboxOrigin: string
}

/** Vitest's `test` with a sandbox for each test. */
export const test: TestAPI<SandboxFixtures> = base.extend<SandboxFixtures>({
  sandboxOptions: {},
  sandbox: async ({ sandboxOptions }, use) => {
    const sandbox = createSandbox(sandboxOptions)
    await use(sandbox)
    await sandbox.close()
  },
  sandboxOrigin: async ({ sandbox }, use) => {
    const { origin } = await listen(sandbox)
    await use(origin)
  },
})
