#!/usr/bin/env node
import { once } from 'node:events'
import { run } from './run.ts'

process.exitCode = await run({
  args: process.argv.slice(2),
  env: process.env,
  // Says no without a terminal, and where NO_COLOR says so.
  colors: process.stdout.isTTY && process.stdout.hasColors(),
  print: (text) => void process.stdout.write(`${text}\n`),
  warn: (text) => void process.stderr.write(`${text}\n`),
  ended: Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]).then(() => undefined),
})
