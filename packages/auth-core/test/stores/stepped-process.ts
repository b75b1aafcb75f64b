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
let calls = 0
let stopAt = 0

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
] as const
for (const name of watched) {
  const real = fs[name] as (...input: unknown[]) => unknown
  const stepped = (...input: unknown[]): unknown => {
    calls++
    if (calls === stopAt) {
      say({ stopped: name })
      Atomics.wait(gate, 0, 0)
      Atomics.store(gate, 0, 0)
    }
    return real(...input)
  }
  Object.assign(fs, { [name]: stepped })
}
syncBuiltinESMExports()

parentPort?.on('message', async ({ folder, step: [step, ...input], stopBefore }: SteppedTask) => {
  const store = createFileStore({ folder })
  calls = 0
  stopAt = stopBefore
  const run = store[step] as (...input: readonly unknown[]) => Promise<unknown>
  try {
    say({ answer: await run(...input) })
  } catch (error) {
    say({ failure: String(error) })
  }
})
