import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'

/** The suite as modules that any runtime loads, in a folder of their own. */
export interface Bundle {
  readonly folder: string
  readonly processEntry: string
  readonly workerEntry: string
  /** Exports `runSuite`. */
  readonly module: string
  remove(): Promise<void>
}

/**
 * Bundles the suite once for all runtimes, from source and for no platform: a Node module anywhere in what it imports
 * is an error here.
 */
export async function bundleSuite(): Promise<Bundle> {
  const folder = await mkdtemp(join(tmpdir(), 'grantkit-runtimes-'))
  await build({
    absWorkingDir: resolve(import.meta.dirname, '../core-suite'),
    entryPoints: ['process-entry.ts', 'worker-entry.ts', 'run-suite.ts'],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'neutral',
    format: 'esm',
    // `await using` is younger than the oldest runtime.
    target: 'es2024',
    supported: { using: false },
    conditions: ['@grantkit/source', 'import', 'default'],
    logLevel: 'error',
  })
  return {
    folder,
    processEntry: join(folder, 'process-entry.mjs'),
    workerEntry: join(folder, 'worker-entry.mjs'),
    module: join(folder, 'run-suite.mjs'),
    remove: () => rm(folder, { recursive: true }),
  }
}
