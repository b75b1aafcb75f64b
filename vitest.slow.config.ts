import { defineConfig, mergeConfig } from 'vitest/config'
import { shared, slowTests } from './vitest.shared.ts'

// Long walks, and many processes that are raced, stopped and killed: `pnpm test:all` runs them.
export default mergeConfig(shared, defineConfig({ test: { name: 'slow', include: [slowTests] } }))
