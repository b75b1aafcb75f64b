import { readdirSync } from 'node:fs'
import { defineConfig, mergeConfig } from 'vitest/config'
import { notOurs, shared, slowTests } from './vitest.shared.ts'

// Their tests start servers that npm does not bring: `pnpm test:servers` runs them.
const withServers = ['test/servers']

const projects = ['packages', 'apps', 'tools', 'test'].flatMap((folder) =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !withServers.includes(`${folder}/${entry.name}`))
    .map((entry) => ({
      extends: true as const,
      test: {
        name: entry.name,
        root: `${folder}/${entry.name}`,
        exclude: [slowTests, ...notOurs],
      },
    })),
)

export default mergeConfig(shared, defineConfig({ test: { projects } }))
