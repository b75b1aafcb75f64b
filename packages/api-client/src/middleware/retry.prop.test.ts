import { createFakeClock } from '@grantkit/auth-core/testing'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { elapse, stubConnection } from '../../test/setup.ts'
import { definition, type paths } from '../../test/shelf.ts'
import { createApiClient, isApiError, type Result } from '../index.ts'

/** What one attempt meets. `unsent`: no byte left; `cut`: nobody knows what happened. */
type Fate = { status: number; retryAfterSeconds?: number | undefined } | 'unsent' | 'cut'

const passing = [429, 500, 502, 503, 504]
const final = [400, 403, 404, 409, 412, 501, 505]
const fates: fc.Arbitrary<Fate[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        status: fc.constantFrom(...passing),
        retryAfterSeconds: fc.option(fc.nat(9), { nil: undefined }),
      }),
    },
    { weight: 2, arbitrary: fc.constantFrom<Fate>('unsent', 'cut') },
    { weight: 1, arbitrary: fc.record({ status: fc.constantFrom(...final) }) },
    { weight: 1, arbitrary: fc.constant<Fate>({ status: 200 }) },
  ),
  { minLength: 8, maxLength: 8 },
)
const policies = fc.record({
  maxRetries: fc.nat(6),
  baseDelayMs: fc.constantFrom(0, 10, 1000),
  jitter: fc.constantFrom(0, 0.25, 1),
})

/** The rules of the README, told a second time: may an attempt follow this one? */
function isPassing(fate: Fate, idempotent: boolean): boolean {
  if (fate === 'unsent') return true
  if (fate === 'cut') return idempotent
  return fate.status === 429 || (idempotent && passing.includes(fate.status))
}

async function meet(fate: Fate | undefined): Promise<Response> {
  if (fate === undefined) throw new Error('There was an attempt beyond the script.')
  if (fate === 'cut') throw Object.assign(new TypeError('failed'), { cause: { code: 'ECONNRESET' } })
  if (fate === 'unsent') throw Object.assign(new TypeError('failed'), { cause: { code: 'ENOTFOUND' } })
  const headers: Record<string, string> = {}
  if (fate.retryAfterSeconds !== undefined) headers['retry-after'] = String(fate.retryAfterSeconds)
  return Response.json({ errorCode: 'X' }, { status: fate.status, headers })
}

/** Makes one call whose attempts meet these fates, and notes the instants they were sent at. */
async function run(script: readonly Fate[], idempotent: boolean, retry: object) {
  const clock = createFakeClock()
  const sentAtMs: number[] = []
  const client = createApiClient<paths>(definition, {
    connection: stubConnection(),
    clock,
    retry,
    timeoutMs: 2 ** 31 - 1,
    fetch: () => {
      sentAtMs.push(clock.monotonicMs())
      return meet(script[sentAtMs.length - 1])
    },
  })
  const { outcome } = await elapse(clock, client.request(idempotent ? 'PUT' : 'POST', '/any'))
  return { outcome, sentAtMs, waitsMs: sentAtMs.slice(1).map((atMs, index) => atMs - (sentAtMs[index] ?? 0)) }
}

describe('the repeats of a call, whatever its attempts meet', () => {
  it('stop at the first success, at the first final failure and when the budget is used up', async () => {
    await fc.assert(
      fc.asyncProperty(fates, policies, fc.boolean(), async (script, retry, idempotent) => {
        const { outcome, sentAtMs } = await run(script, idempotent, retry)
        const last = script.findIndex((fate) => !isPassing(fate, idempotent))
        const attempts = Math.min(last === -1 ? Infinity : last + 1, retry.maxRetries + 1)
        expect(sentAtMs).toHaveLength(attempts)
        expect(met(outcome)).toBe(nameOf(script[attempts - 1]))
      }),
    )
  })

  it('wait at least the doubled base and what the API asked for, and at most the jitter more', async () => {
    await fc.assert(
      fc.asyncProperty(fates, policies, async (script, retry) => {
        const { waitsMs } = await run(script, true, retry)
        for (const [index, waitMs] of waitsMs.entries()) {
          const fate = script[index]
          const asked = typeof fate === 'object' ? (fate.retryAfterSeconds ?? 0) * 1000 : 0
          const doubled = retry.baseDelayMs * 2 ** index
          expect(waitMs).toBeGreaterThanOrEqual(Math.max(doubled, asked))
          expect(waitMs).toBeLessThanOrEqual(Math.max(doubled, asked) + doubled * retry.jitter)
        }
      }),
    )
  })

  it('never wait less than before, within the jitter, where the API asks for nothing', async () => {
    const mute = fates.map((script) =>
      script.map((fate) => (typeof fate === 'object' ? { status: fate.status } : fate)),
    )
    await fc.assert(
      fc.asyncProperty(mute, policies, async (script, retry) => {
        const { waitsMs } = await run(script, true, retry)
        for (const [index, waitMs] of waitsMs.entries()) {
          expect(waitMs).toBeGreaterThanOrEqual((waitsMs[index - 1] ?? 0) / (1 + retry.jitter))
        }
      }),
    )
  })
})

function nameOf(fate: Fate | undefined): string {
  return typeof fate === 'object' ? String(fate.status) : 'network'
}

function met(outcome: unknown): string {
  if (isApiError(outcome)) return outcome.code
  return String((outcome as Result<unknown, unknown>).response.status)
}
