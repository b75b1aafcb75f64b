import { resolve } from 'node:path'
import { run } from './run.ts'

process.exitCode = await run(process.argv.slice(2), {
  root: resolve(import.meta.dirname, '../../..'),
  cwd: process.cwd(),
  today: () => new Date().toISOString().slice(0, 10),
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
})
