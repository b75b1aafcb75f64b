import { readdirSync } from 'node:fs'
import { defineConfig } from 'vitest/config'

// Everything runs from source: this condition in each package's exports points at src.
const conditions = ['@grantkit/source', 'node', 'import', 'default']

const projects = ['packages', 'apps', 'tools', 'test'].flatMap((folder) =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => ({
      extends: true as const,
      test: { name: entry.name, root: `${folder}/${entry.name}` },
    })),
)

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    projects,
    execArgv: ['--conditions=@grantkit/source'],
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    // The default, stated: every file gets a process of its own, and Vitest stops recommending otherwise.
    isolate: true,
    unstubGlobals: true,
  },
})
