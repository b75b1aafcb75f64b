import { defineConfig, mergeConfig } from 'vitest/config'
import { notOurs, shared, slowTests } from './vitest.shared.ts'

// Their tests start servers that npm does not bring: `pnpm test:servers` runs them.
const withServers = 'test/servers/**'

// One project for all packages: workers keep the modules they have loaded from one package to the next.
export default mergeConfig(shared, defineConfig({ test: { exclude: [slowTests, withServers, ...notOurs] } }))
