// One thread of a deep run: plays the portions it is told to.
import { parentPort } from 'node:worker_threads'
import type { Portion } from './play-everywhere.ts'
import { playRange } from './play-range.ts'

// Errors are part of the game, and nobody reads their stacks.
Error.stackTraceLimit = 0

parentPort?.on('message', (portion: Portion) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  void playRange(portion).then((result) => parentPort?.postMessage(result))
})
