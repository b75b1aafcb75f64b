import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isAuthError } from '@grantkit/auth-core'
import { help, readArguments } from './arguments.ts'
import { createChildren } from './children.ts'
import { runDemo } from './demo.ts'
import { createReport } from './report.ts'

/** Runs the program and gives its exit code. */
async function main(): Promise<number> {
  const given = readArguments(process.argv.slice(2))
  if ('problem' in given) {
    console.error(`${given.problem}\n\n${help}`)
    return 2
  }
  if (given.help) {
    console.log(help)
    return 0
  }
  const report = createReport(process.stdout, process.env)
  const children = createChildren()
  const folder = mkdtempSync(join(tmpdir(), 'grantkit-demo-'))
  const { signal, interrupted } = listenForInterrupt()
  report.title('Grantkit: sign in once, call with types, refresh once for everybody')
  try {
    const demo = runDemo({ report, children, storePath: join(folder, 'grants.sqlite'), browser: given.browser, signal })
    return (await Promise.race([demo, interrupted])) ? 0 : 1
  } catch (error) {
    report.lines([]) // clears what moves
    if (signal.aborted) return 130
    console.error(isAuthError(error) ? error.message : error)
    return 1
  } finally {
    await children.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

function listenForInterrupt(): { signal: AbortSignal; interrupted: Promise<never> } {
  const controller = new AbortController()
  const { promise, reject } = Promise.withResolvers<never>()
  const stop = (): void => {
    controller.abort()
    reject(new Error('stopped'))
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  // Whoever read along has gone, as in `demo | head`.
  process.stdout.on('error', stop)
  return { signal: controller.signal, interrupted: promise }
}

process.exit(await main())
