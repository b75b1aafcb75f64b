import { isAuthError } from '@grantkit/auth-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createGotoVoice, isApiError, paginate, scopesFor, unwrap } from '../src/index.ts'
import { operationFacts, operations } from '../src/operations.gen.ts'
import { calls, type OperationId, type Things, type Voice } from './calls.ts'
import { play, type Play } from './play.ts'
import { documented, errorsOf } from './spec.ts'

const ids = Object.keys(operations) as OperationId[]
let stage: Play
let voice: Voice
let things: Things
const seen: string[] = []
const observe = (event: { operationId?: string }): unknown => seen.push(event.operationId ?? 'unknown')

beforeAll(async () => {
  stage = await play()
  const { connection, sandbox } = stage
  const accountKey = '1234567890'
  const fetch = sandbox.fetch
  voice = createGotoVoice({ connection, accountKey, fetch, observe, retry: { maxRetries: 0 }, rateLimit: false })
  things = thingsOf(stage)
})

afterEach(() => {
  const left = stage.sandbox.control.faults.pending()
  stage.sandbox.control.faults.clear()
  if (left.length > 0) throw new Error(`${left.length} faults did not strike.`)
})

afterAll(() => stage[Symbol.asyncDispose]())

function thingsOf({ sandbox }: Play): Things {
  const { accountKey, users, callQueues, devices, extensions, phoneNumbers } = sandbox.control.voice.snapshot()
  let number = 1100
  const direct = extensions.filter(({ type }) => type === 'DIRECT_EXTENSION')
  return {
    accountKey,
    userKey: users[0]?.userKey ?? '',
    callQueueId: callQueues[0]?.id ?? '',
    deviceId: devices[0]?.id ?? '',
    extensionId: direct[0]?.id ?? '',
    otherExtensionId: direct[1]?.id ?? '',
    phoneNumberId: phoneNumbers[0]?.id ?? '',
    permissionId: phoneNumbers[0]?.permissionIds[0] ?? '',
    nextNumber: () => String((number += 1)),
  }
}

describe('every operation of the specification', () => {
  it('is in the generated table, and has a call here', () => {
    expect(ids.toSorted()).toEqual([...documented.keys()].toSorted())
    expect(Object.keys(calls).toSorted()).toEqual(ids.toSorted())
  })

  it.each(ids)('%s is answered with a documented success', async (id) => {
    const { data, error, response } = await calls[id](voice, things)
    expect(error).toBeUndefined()
    expect(operationFacts[id].success).toContain(response.status)
    const answer = documented.get(id)?.responses[response.status]
    expect(data === undefined).toBe(answer?.content === undefined)
    expect(seen.at(-1)).toBe(id)
  })

  it.each(ids)('%s maps each documented error', async (id) => {
    const operation = documented.get(id)
    const errors = operation === undefined ? [] : errorsOf(operation)
    expect(errors.map(({ status }) => status)).toEqual(expect.arrayContaining([401, 403, 429]))
    for (const { status, errorCode } of errors) {
      stage.sandbox.control.faults.add({ type: 'api_error', match: { operation: id }, status, errorCode })
      const result = await calls[id](voice, things)
      expect(result.error).toMatchObject({ errorCode })
      const error = failureOf(() => unwrap(result as Parameters<typeof unwrap>[0]))
      expect(isApiError(error, errorCode)).toBe(true)
      expect(error).toMatchObject({ status, operationId: id, api: 'goto-voice', requestId: expect.any(String) })
    }
  })

  it(`was called: ${Object.keys(calls).length} operations covered, ${documented.size} in the specification`, () => {
    expect(new Set(seen)).toEqual(new Set(documented.keys()))
  })
})

describe('the API itself', () => {
  it('is met with its own errors: 400, 404 and 409', async () => {
    const { accountKey } = things
    const bad = await voice.POST('/extensions', { body: { accountKey, name: '', number: 'x' } })
    expect(bad.response.status).toBe(400)
    expect(bad.error?.errorCode).toMatch(/^INVALID_/)
    const gone = await voice.GET('/extensions/{extensionId}', { params: { path: { extensionId: 'none/such?#..' } } })
    expect(gone).toMatchObject({ error: { errorCode: 'NOT_FOUND' }, response: { status: 404 } })
    const taken = await voice.POST('/extensions', { body: { accountKey, name: 'Twin', number: '1001' } })
    expect(taken).toMatchObject({ error: { errorCode: 'NUMBER_EXISTS' }, response: { status: 409 } })
  })

  it('is walked over all pages of a list', async () => {
    const { items } = unwrap(await voice.GET('/extensions', { params: { query: { pageSize: 100 } } }))
    const walked: string[] = []
    for await (const extension of paginate(voice, '/extensions', { params: { query: { pageSize: 3 } } })) {
      walked.push(extension.id)
    }
    expect(walked).toEqual(items.map(({ id }) => id))
    expect(walked.length).toBeGreaterThan(20)
  })

  it('is asked again after 429 and after a lost or cut answer', async () => {
    const { connection, sandbox } = stage
    const patient = createGotoVoice({
      connection,
      accountKey: things.accountKey,
      fetch: sandbox.fetch,
      retry: { baseDelayMs: 0 },
    })
    const match = { operation: 'listCallQueues' }
    sandbox.control.faults.add({ type: 'rate_limited', match, retryAfterSeconds: 0 })
    sandbox.control.faults.add({ type: 'lost', match })
    sandbox.control.faults.add({ type: 'cut', match })
    const { data } = await patient.GET('/call-queues')
    expect(data?.items).toHaveLength(9)
  })

  it.each(['html', 'redirect'] as const)('may be hidden behind a proxy that answers %s', async (type) => {
    stage.sandbox.control.faults.add({ type, match: { operation: 'listDevices' } })
    const { data, error } = await voice.GET('/devices')
    expect(data).toBeUndefined()
    expect(isApiError(error)).toBe(true)
  })

  it('gets a new token when the old one expired, once for any number of calls', async () => {
    const fresh = await play()
    const { connection, sandbox } = fresh
    const { fetch } = sandbox
    const client = createGotoVoice({ connection, accountKey: things.accountKey, fetch, rateLimit: false })
    sandbox.control.clock.advance(3600_000)
    const results = await Promise.all(Array.from({ length: 200 }, () => client.GET('/call-queues')))
    expect(results.filter(({ error }) => error !== undefined)).toEqual([])
    expect(sandbox.control.ledger.summary()).toMatchObject({ refreshRequests: 1, reuse: 0 })
  })

  it('names the least scopes for what is called', () => {
    expect(scopesFor(['listCallQueues', 'getExtension'])).toEqual(['voice-admin.v1.read'])
    expect(scopesFor(['listCallQueues', 'getPhoneNumberOrder'])).toEqual([
      'voice-admin.v1.read',
      'voice-admin.v1.write',
    ])
  })

  it('throws what the auth core throws when a person must sign in again', async () => {
    const fresh = await play()
    const { connection, sandbox } = fresh
    const client = createGotoVoice({ connection, accountKey: things.accountKey, fetch: sandbox.fetch })
    sandbox.control.revokeGrant()
    await connection.refresh().catch(() => undefined)
    const error = await client.GET('/call-queues').then(
      () => undefined,
      (failure: unknown) => failure,
    )
    expect(isAuthError(error, 'reconnect')).toBe(true)
  })
})

function failureOf(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return error
  }
}
