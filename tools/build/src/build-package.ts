import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { rolldown } from 'rolldown'
import { findEntries } from './entries.ts'
import { isNeededBy } from './needed-by.ts'

/**
 * Writes the declarations, one file a module, and bundles the code: each entry into one file, and what only the others
 * share into one more. Nothing from outside the package is taken in. A program that loads one file starts several times
 * as fast as one that loads fifty (`pnpm bench cold-import`); why the files look as they do is in
 * docs/decisions/0020-shipped-code-is-compact-and-traceable.md. Gives the exit code of the compiler.
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
  const args = [compiler, '-p', 'tsconfig.build.json', '--emitDeclarationOnly']
  return spawnSync(process.execPath, args, { cwd: folder, stdio: 'inherit' }).status ?? 1
}

async function bundle(folder: string): Promise<void> {
  const entries = findEntries(folder)
  const build = await rolldown({
    input: { ...entries },
    external: /^[^./]/,
    platform: 'neutral',
    // What others need of the main entry they import from it, by names that no declaration tells.
    preserveEntrySignatures: 'allow-extension',
    onLog(level, log) {
      throw new Error(`${level}: ${log.message}`)
    },
  })
  await build.write({
    dir: join(folder, 'dist'),
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: '[name].js',
    codeSplitting: {
      groups: [
        {
          debugName: 'shared',
          name: (id, graph) => (isNeededBy(entries['index'], id, graph) ? 'shared' : null),
          priority: 1,
        },
        { name: 'subpaths', minShareCount: 2 },
      ],
    },
    comments: { legal: true, annotation: true, jsdoc: false },
    // Lines and the names of functions stay: a stack still tells where it happened.
    minify: { compress: true, mangle: { toplevel: false }, codegen: { removeWhitespace: false } },
  })
  await build.close()
}
