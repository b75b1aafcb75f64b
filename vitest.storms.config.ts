import { defineConfig, mergeConfig } from 'vitest/config'
import { processStorms, shared } from './vitest.shared.ts'

// Many processes that are raced, stopped and killed: `pnpm test:all` runs them.
const storms = { name: 'storms', root: 'packages/auth-core', include: processStorms }

export default mergeConfig(shared, defineConfig({ test: { projects: [{ extends: true, test: storms }] } }))
