import { defineConfig, mergeConfig } from 'vitest/config'
import { shared } from '../../vitest.shared.ts'

export default mergeConfig(
  shared,
  defineConfig({
    test: {
      name: 'servers',
      root: import.meta.dirname,
      globalSetup: 'src/require-programs.ts',
      // Storms and kills need the machine for themselves; what waits elsewhere does not make up for it.
      fileParallelism: false,
      testTimeout: 60_000,
      hookTimeout: 60_000,
    },
  }),
)
