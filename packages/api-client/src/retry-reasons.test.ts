import { createFakeClock, scriptedFetch } from '@grantkit/auth-core/testing'
import { describe, expect, it } from 'vitest'
import { elapse, stubConnection } from '../test/setup.ts'
import { definition, type paths } from '../test/shelf.ts'
import { createApiClient, isApiError, unwrap, type ApiDefinition } from './index.ts'

const busy: ApiDefinition = {
  ...definition,
  errors: { code: [['error', 'errors', 0, 'reason'], ['error', 'status'], ['error']] },
  retryReasons: [{ status: 403, codes: ['slowDown'] }],
}

const refused = (body: unknown, status = 403): Response => Response.json(body, { status })
const because = (reason: string): Response => refused({ error: { errors: [{ reason }] } })
const body = { accountKey: '1', title: 'Emma' }

/** Posts a book, which no client repeats without being told that it may. */
async function post(script: Response[], idempotent?: boolean) {
  const fetch = scriptedFetch(script)
  const clock = createFakeClock()
  const options = { connection: stubConnection(), accountKey: '1', fetch, clock, retry: { jitter: 0 } }
  const client = createApiClient<paths, 'accountKey'>(busy, options)
  const call = client.POST('/books', { body, ...(idempotent === undefined ? {} : { idempotent }) })
  const { outcome, ms } = await elapse(clock, call)
  return { result: outcome as Awaited<typeof call>, ms, attempts: fetch.requests.length }
}

const created = (): Response => Response.json({ id: '1', title: 'Emma' }, { status: 201 })

describe('an answer that refuses for now', () => {
  it('is repeated like a 429, though the operation may not be sent twice', async () => {
    const { result, ms, attempts } = await post([because('slowDown'), because('slowDown'), created()])
    expect(result.data).toEqual({ id: '1', title: 'Emma' })
    expect({ ms, attempts }).toEqual({ ms: 3000, attempts: 3 })
  })

  it('is told from the same status with another reason', async () => {
    expect(await post([because('forbidden')])).toMatchObject({ attempts: 1 })
  })

  it('says in its error that trying again may help', async () => {
    const { result } = await post([because('slowDown'), because('slowDown'), because('slowDown'), because('slowDown')])
    const error = failureOf(() => unwrap(result))
    expect(isApiError(error, 'slowDown')).toBe(true)
    expect(error).toMatchObject({ status: 403, retryable: true })
    expect(result.error).toEqual({ error: { errors: [{ reason: 'slowDown' }] } })
  })
})

describe('a code', () => {
  it.each([
    ['of the first place that has one', { error: { status: 'NO', errors: [{ reason: 'first' }] } }, 'first'],
    ['of a later place', { error: { status: 'NO', errors: [] } }, 'NO'],
    ['that is the whole error', { error: 'flat' }, 'flat'],
    ['of no place is the status', { error: {} }, 'http_403'],
  ])('%s', async (_name, answer, code) => {
    const { result } = await post([refused(answer)])
    expect(failureOf(() => unwrap(result))).toMatchObject({ code, retryable: false })
  })
})

describe('a call that may be sent twice although its operation may not', () => {
  it('is repeated after a failure of the server', async () => {
    const { result, attempts } = await post([refused({}, 503), created()], true)
    expect(result.response.status).toBe(201)
    expect(attempts).toBe(2)
    expect(await post([refused({}, 503)])).toMatchObject({ attempts: 1 })
  })

  it('or the other way round', async () => {
    const fetch = scriptedFetch([refused({}, 503)])
    const client = createApiClient<paths, 'accountKey'>(busy, {
      connection: stubConnection(),
      accountKey: '1',
      fetch,
      clock: createFakeClock(),
    })
    const { response } = await client.GET('/books', { idempotent: false })
    expect(response.status).toBe(503)
  })
})

function failureOf(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return error
  }
}
