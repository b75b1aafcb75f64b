// The `test` here is ours, which the linter does not know as one.
/* oxlint-disable vitest/no-standalone-expect */
import { describe, expect } from 'vitest'
import type { Sandbox } from './sandbox.ts'
import { test } from './vitest.ts'

const seen: Sandbox[] = []

test('each test has a sandbox', async ({ sandbox, sandboxOrigin }) => {
  seen.push(sandbox)
  const { status } = await fetch(`${sandboxOrigin}/.well-known/oauth-authorization-server`)
  expect(status).toBe(200)
  expect(sandbox.control.ledger.entries()).toHaveLength(1)
})

test('of its own, and the one before is closed', async ({ sandbox }) => {
  expect(sandbox.control.ledger.entries()).toEqual([])
  await expect(seen[0]?.fetch('https://identity.goto.com/')).rejects.toThrow(TypeError)
})

describe('with options', () => {
  test.override({ sandboxOptions: { startMs: 5 } })

  test('it is made as they say', ({ sandbox }) => {
    expect(sandbox.control.clock.nowMs()).toBe(5)
  })
})
