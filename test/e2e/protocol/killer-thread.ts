// A thread that kills its own process, so soon after it was told that the process is still in the middle of something.
import { workerData } from 'node:worker_threads'
import type { KillOrder } from './killer.ts'

const { flag, longestMs } = workerData as KillOrder
Atomics.wait(flag, 0, 0)
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Math.random() * longestMs)
process.kill(process.pid, 'SIGKILL')
