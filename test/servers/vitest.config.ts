import { defineConfig, mergeConfig } from 'vitest/config'
import { shared } from '../../vitest.shared.ts'

export default mergeConfig(
  shared,
  defineConfig({
    test: {
      name: 'servers',
      root: import.meta.dirname,
      testTimeout: 60_000,
      hookTimeout: 60_000,
    },
  }),
)
