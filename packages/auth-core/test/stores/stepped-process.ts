// A thread that runs one step of a file store and stops before a chosen call to the file system, for as long as the test
// likes: what SIGSTOP does to a process, at an exact place. Ended there, it is what SIGKILL does. Started by
// stepped-writer.ts.
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import { createFileStore } from '../../src/stores/file.ts'
import type { SteppedAnswer, SteppedTask } from './stepped-writer.ts'

const gate = new Int32Array(workerData as SharedArrayBuffer)
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
const say = (answer: SteppedAnswer): void => parentPort?.postMessage(answer)
let calls: string[] = []
let stopAt = 0
let stopsAt: readonly string[] | undefined

/** Whatever changes something, or is the last look before a change. */
const watched = [
  'openSync',
  'writeFileSync',
  'fsync',
  'renameSync',
  'unlinkSync',
  'mkdirSync',
  'rmdirSync',
  'readdirSync',
  'lstatSync',
] as const
for (const name of watched) {
  const real = fs[name] as (...input: unknown[]) => unknown
  const stepped = (...input: unknown[]): unknown => {
    const counts = stopsAt?.includes(name) ?? true
    if (counts && calls.push(name) === stopAt) {
      say({ stopped: name })
      Atomics.wait(gate, 0, 0)
      Atomics.store(gate, 0, 0)
    }
    return real(...input)
  }
  Object.assign(fs, { [name]: stepped })
}
syncBuiltinESMExports()

parentPort?.on('message', async ({ folder, step: [step, ...input], stopBefore, at }: SteppedTask) => {
  const store = createFileStore({ folder })
  calls = []
  stopsAt = at
  stopAt = stopBefore
  const run = store[step] as (...input: readonly unknown[]) => Promise<unknown>
  try {
    say({ answer: await run(...input), calls })
  } catch (error) {
    say({ failure: String(error) })
  }
})
