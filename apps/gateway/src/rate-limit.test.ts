import { createFakeClock } from '@grantkit/auth-core/testing'
import { describe, expect, it } from 'vitest'
import { ProblemError } from './http/problem.ts'
import { createRateLimit } from './rate-limit.ts'

describe('the rate limit', () => {
  it('lets a burst through, then as many as time passes, and one name takes nothing from another', async () => {
    const clock = createFakeClock()
    const limit = createRateLimit(clock, { requestsPerSecond: 10 })
    const passed = (name: string): number => {
      for (let count = 0; count < 100; count++) {
        try {
          limit(name)
        } catch {
          return count
        }
      }
      return 100
    }
    expect(passed('acme')).toBe(20)
    expect(passed('acme')).toBe(0)
    expect(passed('other')).toBe(20)
    await clock.advance(500)
    expect(passed('acme')).toBe(5)
    await clock.advance(3_600_000)
    expect(passed('acme')).toBe(20)
  })

  it('says when to come back', () => {
    const limit = createRateLimit(createFakeClock(), { requestsPerSecond: 1 })
    limit('acme')
    limit('acme')
    let problem: ProblemError['problem'] | undefined
    try {
      limit('acme')
    } catch (error) {
      problem = (error as ProblemError).problem
    }
    expect(problem).toMatchObject({ status: 429, headers: { 'retry-after': '1' } })
  })
})
