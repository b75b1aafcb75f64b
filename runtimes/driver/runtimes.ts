import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { RuntimeFacts } from '../core-suite/setting.ts'
import { launchPage } from './launch-page.ts'
import { launchProcess } from './launch-process.ts'
import { launchWorker } from './launch-worker.ts'
import type { Launch } from './launch.ts'

export interface Runtime {
  /** As the table of `docs/runtimes.md` names it. */
  readonly name: string
  /** How its version begins; absent where the operating system decides on it. */
  readonly version?: string
  readonly facts: RuntimeFacts
  readonly launch: Launch
}

const home = resolve(import.meta.dirname, '..')

/** What is said of the runtimes and how they are used best. */
export const documentation: string = readFileSync(resolve(home, '../docs/runtimes.md'), 'utf8')

const careful: RuntimeFacts = { platformPresentations: 1, tokenPresentations: 1, namesUnreachable: true }

export const runtimes: readonly Runtime[] = [
  {
    name: 'Node 22',
    version: '22.',
    facts: careful,
    launch: launchProcess({ program: installed('node22-linux', 'bin/node') }),
  },
  { name: 'Node 24', version: '24.', facts: careful, launch: launchProcess({ program: process.execPath }) },
  {
    name: 'Node 26',
    version: '26.',
    facts: careful,
    launch: launchProcess({ program: installed('node26-linux', 'bin/node') }),
  },
  {
    name: 'Bun 1.4',
    version: '1.4.',
    facts: careful,
    launch: launchProcess({
      program: installed('@oven/bun-linux', 'bin/bun', { arm64: 'aarch64' }),
      args: () => ['--no-install', '--unhandled-rejections=strict'],
    }),
  },
  {
    name: 'Deno 2.9',
    version: '2.9.',
    facts: { platformPresentations: 2, tokenPresentations: 1, namesUnreachable: true },
    launch: launchProcess({
      // 2.9.6 is not there for arm64 (November 2026), and older ones do not hold what is documented.
      program: installed('@deno/linux', 'deno', { x64: 'x64-glibc' }),
      args: ({ folder }) => ['run', '--no-prompt', '--no-config', '--allow-net=127.0.0.1', `--allow-read=${folder}`],
      env: ({ folder }) => ({ DENO_DIR: join(folder, 'deno'), DENO_NO_UPDATE_CHECK: '1' }),
      writeFetch: writeDenoFetch,
    }),
  },
  {
    name: 'workerd 1.20260730',
    version: '1.20260730.',
    facts: { platformPresentations: 1, tokenPresentations: 1, namesUnreachable: false },
    launch: launchWorker,
  },
  {
    name: 'Chromium',
    facts: { platformPresentations: 2, tokenPresentations: 2, namesUnreachable: false },
    launch: launchPage,
  },
]

/** A program that came with the packages of this root. */
function installed(packageName: string, file: string, architectures: Readonly<Record<string, string>> = {}): string {
  return join(home, 'node_modules', `${packageName}-${architectures[process.arch] ?? process.arch}`, file)
}

/** Takes the code from the documentation, so that what users copy is what was tested. */
async function writeDenoFetch({ folder }: { folder: string }): Promise<string> {
  const [, code] = /^```js\n(.*?createHttpClient.*?)^```$/ms.exec(documentation) ?? []
  if (code === undefined) throw new Error('docs/runtimes.md has no js block with createHttpClient.')
  const path = join(folder, 'deno-fetch.mjs')
  await writeFile(path, code)
  return path
}
