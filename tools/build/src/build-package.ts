import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { rolldown } from 'rolldown'
import { findEntries } from './entries.ts'

/**
 * Writes the declarations, one file a module, and bundles the code: each entry into one file, and what several of them
 * share into another. A program that loads one file starts several times as fast as one that loads fifty
 * (`pnpm bench cold-import`). Nothing from outside the package is taken in, nothing is minified. Gives the exit code of
 * the compiler.
 */
export async function buildPackage(folder: string): Promise<number> {
  // First: it says best what is wrong with the code.
  const code = declare(folder)
  if (code === 0) await bundle(folder)
  return code
}

function declare(folder: string): number {
  const compiler = createRequire(import.meta.url)
    .resolve('typescript/package.json')
    .replace('package.json', 'bin/tsc')
  const args = [compiler, '-p', 'tsconfig.build.json', '--emitDeclarationOnly', '--sourceMap', 'false']
  return spawnSync(process.execPath, args, { cwd: folder, stdio: 'inherit' }).status ?? 1
}

async function bundle(folder: string): Promise<void> {
  const build = await rolldown({
    input: { ...findEntries(folder) },
    external: /^[^./]/,
    platform: 'neutral',
    onLog(level, log) {
      throw new Error(`${level}: ${log.message}`)
    },
  })
  await build.write({
    dir: join(folder, 'dist'),
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: '[name].js',
    codeSplitting: { groups: [{ name: 'shared', minShareCount: 2 }] },
    comments: { legal: true, annotation: true, jsdoc: false },
    sourcemap: true,
    sourcemapExcludeSources: true, // src is published too
  })
  await build.close()
}
