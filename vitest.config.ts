import { defineConfig } from 'vitest/config'

const conditions = ['@grantkit/source', 'module', 'node', 'import', 'default']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    projects: ['packages/*', 'apps/*', 'tools/*', 'test/*'],
  },
})
