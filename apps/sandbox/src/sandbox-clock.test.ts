import { expect, test, vi } from 'vitest'
import { createSandboxClock } from './sandbox-clock.ts'

test('a clock with a start stands still until it is advanced', () => {
  const clock = createSandboxClock(1000)
  expect(clock.nowMs()).toBe(1000)
  expect(clock.advance(500)).toBe(1500)
  expect(clock.nowMs()).toBe(1500)
})

test('a clock without a start follows the machine, plus what it was advanced', () => {
  const clock = createSandboxClock()
  clock.advance(3_600_000)
  expect(clock.nowMs() - Date.now()).toBeGreaterThan(3_599_000)
})

test('a sleeper wakes when the clock has come so far, not before', async () => {
  const clock = createSandboxClock(0)
  let awake = false
  const slept = clock.sleep(100).then(() => (awake = true))
  clock.advance(99)
  await Promise.resolve()
  expect(awake).toBe(false)
  clock.advance(1)
  await slept
  expect(awake).toBe(true)
})

test('closing wakes all sleepers', async () => {
  const clock = createSandboxClock(0)
  const slept = clock.sleep(1e9)
  clock.close()
  await expect(slept).resolves.toBeUndefined()
})

test('a sleeper on the machine’s clock wakes by itself, or early when the clock is advanced', async () => {
  const clock = createSandboxClock()
  await clock.sleep(2)
  const long = clock.sleep(1e8)
  clock.advance(1e8)
  await expect(long).resolves.toBeUndefined()
})

test('a sleeper whose timer rings early sleeps on, and still wakes by itself', async () => {
  const machine = vi.spyOn(Date, 'now').mockReturnValue(1_000)
  let awake = false
  const slept = createSandboxClock()
    .sleep(2)
    .then(() => (awake = true))
  // The machine's clock stands still: every timer rings too early.
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(awake).toBe(false)
  machine.mockReturnValue(1_002)
  await slept
})

test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('the clock cannot be moved by %d', (byMs) => {
  expect(() => createSandboxClock(0).advance(byMs)).toThrow(expect.objectContaining({ code: 'invalid_option' }))
})
