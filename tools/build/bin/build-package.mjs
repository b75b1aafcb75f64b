#!/usr/bin/env node
// Plain JavaScript: a bin is linked before Node is known to strip types.
await import('../src/main.ts')
