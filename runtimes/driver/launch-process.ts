import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import type { TestResult } from '../core-suite/harness.ts'
import type { Bundle } from './bundle.ts'
import { limitMs, type Launch } from './launch.ts'

export interface ProcessRuntime {
  readonly program: string
  /** What stands before the entry on the command line. */
  readonly args?: (bundle: Bundle) => readonly string[]
  readonly env?: (bundle: Bundle) => Readonly<Record<string, string>>
  /** Writes the module that exports `tokenFetch`, where the documentation tells to give one. */
  readonly writeFetch?: (bundle: Bundle) => Promise<string>
}

const run = promisify(execFile)

/** Launches a runtime that is a program: it runs the entry as a script. */
export function launchProcess({ program, args, env, writeFetch }: ProcessRuntime): Launch {
  return async (bundle, setting) => {
    if (!existsSync(program)) throw new Error(`${program} is missing: it is not pinned for ${process.arch}.`)
    const module = writeFetch === undefined ? [] : [pathToFileURL(await writeFetch(bundle)).href]
    const command = [...(args?.(bundle) ?? []), bundle.processEntry, JSON.stringify(setting), ...module]
    const options = { env: { ...process.env, NO_COLOR: '1', ...env?.(bundle) }, maxBuffer: 64 << 20, timeout: limitMs }
    const version = await run(program, ['--version'])
    const { stdout, stderr } = await run(program, command, options).catch((error: unknown) => {
      throw new Error(endOf(error))
    })
    const lines = stdout.trimEnd().split('\n')
    return {
      version: /\d+(?:\.\d+)+/.exec(version.stdout)?.[0] ?? '',
      suite: JSON.parse(lines.at(-1) ?? '') as readonly TestResult[],
      output: lines.slice(0, -1).join('\n'),
      complaints: stderr,
    }
  }
}

const shownLines = 20

/** How it ended and what it said last. The error itself quotes the command line, and in it the key of a client. */
function endOf(error: unknown): string {
  const { stderr = '', code, killed } = error as { stderr?: string; code?: unknown; killed?: boolean }
  const end = killed === true ? `It took longer than ${limitMs} ms.` : `It ended with ${String(code)}.`
  return [end, ...stderr.trimEnd().split('\n').slice(-shownLines)].join('\n')
}
