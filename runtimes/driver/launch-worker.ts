import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { Readable } from 'node:stream'
import { Miniflare } from 'miniflare'
import type { TestResult } from '../core-suite/harness.ts'
import { limitMs, type Launch } from './launch.ts'

/** The newest behaviour that this workerd knows. */
const compatibilityDate = '2026-07-30'

/** Launches workerd without any of Node's modules or globals. */
export const launchWorker: Launch = async (bundle, setting) => {
  const [output, complaints]: [string[], string[]] = [[], []]
  const worker = new Miniflare({
    modules: [{ type: 'ESModule', path: bundle.workerEntry, contents: await readFile(bundle.workerEntry, 'utf8') }],
    modulesRoot: bundle.folder,
    compatibilityDate,
    handleRuntimeStdio(stdout: Readable, stderr: Readable) {
      stdout.setEncoding('utf8').on('data', (text: string) => output.push(text))
      stderr.setEncoding('utf8').on('data', (text: string) => complaints.push(text))
    },
  })
  try {
    const signal = AbortSignal.timeout(limitMs)
    const ask = async (path: string): Promise<readonly TestResult[]> => {
      const init = { method: 'POST', body: JSON.stringify(setting), signal }
      const response = await worker.dispatchFetch(`http://worker.example${path}`, init)
      return (await response.json()) as readonly TestResult[]
    }
    const suite = await ask('/suite')
    const own = [...(await ask('/begin-refresh')), ...(await ask('/find-refresh-saved'))]
    const printed = { output: output.join(''), complaints: complaints.join('') }
    return { version: workerdVersion(), suite, own, ...printed }
  } finally {
    await worker.dispose()
  }
}

function workerdVersion(): string {
  const require = createRequire(createRequire(import.meta.url).resolve('miniflare'))
  return (require('workerd/package.json') as { version: string }).version
}
