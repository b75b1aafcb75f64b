#!/usr/bin/env node
// Plain JavaScript, so that a Node too old to strip types gets a sentence and not a stack.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(`specs needs Node 22.18 or newer and was started with ${process.versions.node}.\n`)
  process.exit(1)
}
await import('../src/main.ts')
