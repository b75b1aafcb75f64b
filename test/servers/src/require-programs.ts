import { findProgram, type Program } from './child-server.ts'
import { chromiumBrowser } from './chromium.ts'
import { nginx } from './nginx.ts'
import { postgresPrograms } from './postgres-server.ts'
import { pgbouncer } from './pooler.ts'
import { redisServer } from './redis-server.ts'
import { secretServicePrograms } from './secret-service.ts'

/** Before any test: says all at once what is missing, and how to get it. */
export function setup(): void {
  const programs: readonly Program[] = [
    redisServer,
    ...postgresPrograms,
    pgbouncer,
    ...secretServicePrograms,
    chromiumBrowser,
    nginx,
  ]
  const missing = programs.filter((program) => findProgram(program) === undefined)
  if (missing.length === 0) return
  const names = missing.map(({ name }) => name).join(', ')
  const packages = [...new Set(missing.map(({ debianPackage }) => debianPackage))].join(' ')
  throw new Error(
    `These tests start servers that npm does not bring. Missing: ${names}. Install them, on Debian or Ubuntu:\n\n` +
      `  sudo apt-get update && sudo apt-get install -y --no-install-recommends ${packages}\n`,
  )
}
