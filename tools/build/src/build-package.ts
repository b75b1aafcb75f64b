import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { rolldown } from 'rolldown'
import { findEntries } from './entries.ts'
import { isNeededBy } from './needed-by.ts'

/**
 * Writes the declarations, one file a module, and bundles the code: each entry into one file, what the main entry shares
 * with others into a second, and what only others share into a third. A program that loads one file starts several times
 * as fast as one that loads fifty (`pnpm bench cold-import`). Nothing from outside the package is taken in, nothing is
 * minified. Gives the exit code of the compiler.
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
          minShareCount: 2,
          priority: 1,
        },
        { name: 'subpaths', minShareCount: 2 },
      ],
    },
    comments: { legal: true, annotation: true, jsdoc: false },
  })
  await build.close()
}
