import { createSandbox, listen } from '@grantkit/sandbox'
import { createNodeTransport } from '@grantkit/node-transport'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createGotoVoice, isApiError } from '../src/index.ts'
import { playOnSocket, type Play } from './play.ts'

const match = { operation: 'listCallQueues' }
const undici = createNodeTransport({ connections: 10 })
const senders = { 'the platform fetch': { fetch }, 'a transport on undici': undici }

describe.each(Object.entries(senders))('%s on a socket', (_, sender) => {
  let stage: Play

  beforeAll(async () => {
    stage = await playOnSocket(sender.fetch)
  })

  afterAll(async () => {
    await stage[Symbol.asyncDispose]()
    if (sender === undici) await undici.close()
  })

  function voiceWith(options: Partial<Parameters<typeof createGotoVoice>[0]> = {}) {
    const { connection } = stage
    const shared = { connection, accountKey: '1234567890', retry: { baseDelayMs: 0 }, rateLimit: false } as const
    return createGotoVoice({ ...shared, transport: sender, ...options })
  }

  it('reads and changes', async () => {
    const voice = voiceWith()
    const { data } = await voice.GET('/call-queues')
    expect(data?.items).toHaveLength(9)
    const body = { accountKey: '1234567890', name: 'Grace Example', number: '1201' }
    expect((await voice.POST('/extensions', { body })).response.status).toBe(201)
  })

  it('sends a body again with the newer token', async () => {
    const { control } = stage.sandbox
    control.clock.advance(3600_000)
    const body = { accountKey: '1234567890', name: 'Grace Example', number: '1203' }
    const voice = voiceWith()
    const results = await Promise.all(
      [...Array(50)].map((_each, index) =>
        voice.POST('/extensions', { body: { ...body, number: String(1300 + index) } }),
      ),
    )
    expect(new Set(results.map(({ response }) => response.status))).toEqual(new Set([201]))
    expect(control.ledger.summary()).toMatchObject({ refreshRequests: 1, reuse: 0 })
  })

  it.each(['lost', 'cut', 'rate_limited', 'server_error'] as const)('gets over one answer that is %s', async (type) => {
    stage.sandbox.control.faults.add({ type, match })
    const { data } = await voiceWith().GET('/call-queues')
    expect(data?.items).toHaveLength(9)
    expect(stage.sandbox.control.faults.pending()).toEqual([])
  })

  it('gets over an answer that hangs', async () => {
    const id = stage.sandbox.control.faults.add({ match, hold: true })
    const { data } = await voiceWith({ attemptTimeoutMs: 100 }).GET('/call-queues')
    expect(data?.items).toHaveLength(9)
    stage.sandbox.control.faults.release(id)
  })

  it('is not led away by a redirect', async () => {
    stage.sandbox.control.faults.add({ type: 'redirect', match, location: 'http://127.0.0.1:9/elsewhere' })
    const { error, response } = await voiceWith().GET('/call-queues')
    expect(isApiError(error, 'redirect_refused')).toBe(true)
    expect(response.status).toBeGreaterThanOrEqual(300)
  })

  it('says when nobody is there, for a change too, and tries again', async () => {
    const { origin, close } = await listen(createSandbox())
    await close()
    const attempts: number[] = []
    const voice = voiceWith({
      connection: { ...stage.connection, audience: [origin] },
      observe: ({ attempt }) => attempts.push(attempt),
    })
    const body = { accountKey: '1234567890', name: 'Grace Example', number: '1202' }
    await expect(voice.POST('/extensions', { body })).rejects.toMatchObject({
      code: 'network',
      retryable: true,
      message: 'goto-voice createExtension could not reach the API (ECONNREFUSED).',
    })
    expect(attempts).toEqual([1, 2, 3, 4])
  })

  it('is aborted with the caller’s reason', async () => {
    const aborter = new AbortController()
    const id = stage.sandbox.control.faults.add({ match, hold: 'request' })
    const { ledger } = stage.sandbox.control
    const before = ledger.entries().length
    const call = voiceWith().GET('/call-queues', { signal: aborter.signal })
    const arrived = ledger.waitFor(({ seq, operation }) => seq > before && operation === match.operation)
    await Promise.all([call.catch(() => undefined), arrived.then(() => aborter.abort(new Error('enough')))])
    await expect(call).rejects.toMatchObject({ code: 'aborted', cause: { message: 'enough' } })
    stage.sandbox.control.faults.release(id)
  })
})
