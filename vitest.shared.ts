import { defineConfig, type ViteUserConfig } from 'vitest/config'

// Everything runs from source: this condition in each package's exports points at src. Not 'import': Node gets the
// conditions too, and what calls require would be given modules.
const conditions = ['@grantkit/source', 'node']

export const notOurs = ['**/node_modules/**', '**/dist/**', '**/.tmp/**']

/** Tests that take seconds, or start many processes. They belong to `pnpm test:all`; `pnpm test` leaves them out. */
export const slowTests = '**/*.slow.test.ts'

/** What every run has in common, whichever tests it is for. */
export const shared: ViteUserConfig = defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    execArgv: ['--conditions=@grantkit/source'],
    exclude: notOurs,
    // Files share their worker and its modules, which halves the work of a run: a test puts back what it changes.
    isolate: false,
    // The default leaves one core to watching, which no run of ours does.
    maxWorkers: '100%',
    restoreMocks: true,
    unstubEnvs: true,
    // A property walks hundreds of cases, and a machine may be busy with other things.
    testTimeout: 30_000,
    unstubGlobals: true,
  },
})
