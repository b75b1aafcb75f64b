import { describe, expect, it } from 'vitest'
import { createBench, oauthError, rejection, rotated, type Bench, type BenchOptions } from '../../test/bench.ts'
import { noClientSecret } from '../index.ts'
import type { ScriptedAnswer } from '../testing/index.ts'
import { deviceCode, type DeviceCodeOptions, type DevicePrompt } from './device-code.ts'

const endpoints = {
  token: 'https://auth.example.com/token',
  deviceAuthorization: 'https://auth.example.com/device',
}

function device(members: Record<string, unknown> = {}): Response {
  return Response.json({
    device_code: 'dc-secret',
    user_code: 'WDJB-MJHT',
    verification_uri: 'https://auth.example.com/activate',
    expires_in: 1800,
    interval: 5,
    ...members,
  })
}

const pending = () => oauthError(400, 'authorization_pending')
const slowDown = (members: object = {}) => Response.json({ error: 'slow_down', ...members }, { status: 400 })
const timeout = () => Object.assign(new TypeError('fetch failed'), { cause: new Error('reset') })

interface Flow extends Bench {
  readonly prompts: DevicePrompt[]
  readonly result: Promise<unknown>
  /** When each request left, in seconds from the start. */
  times(): number[]
}

function start(
  script: readonly ScriptedAnswer[],
  more: Partial<DeviceCodeOptions> = {},
  options: BenchOptions = {},
): Flow {
  const sentMs: number[] = []
  const timed = script.map((answer): ScriptedAnswer => (request) => {
    sentMs.push(bench.clock.wallMs())
    if (answer instanceof Error) throw answer
    return answer instanceof Response ? answer : answer(request)
  })
  const bench = createBench(timed, { provider: { endpoints }, ...options })
  const startMs = bench.clock.wallMs()
  const prompts: DevicePrompt[] = []
  const grant = deviceCode({ onPrompt: (prompt) => void prompts.push(prompt), ...more })
  const result = bench.client.connect('ada', grant)
  result.catch(() => undefined)
  return { ...bench, prompts, result, times: () => sentMs.map((ms) => (ms - startMs) / 1000) }
}

describe('deviceCode', () => {
  it('shows code and address, asks every five seconds, and connects the account', async () => {
    const flow = start([device({ interval: undefined }), pending(), pending(), rotated(1)], {
      scopes: ['read', 'write'],
    })
    await flow.run(flow.result)
    expect(flow.times()).toEqual([0, 5, 10, 15])
    expect(flow.prompts).toEqual([
      { userCode: 'WDJB-MJHT', verificationUri: 'https://auth.example.com/activate', expiresInMs: 1_800_000 },
    ])
    expect(new URLSearchParams(flow.fetch.requests[0]?.body).get('scope')).toBe('read write')
    expect(Object.fromEntries(new URLSearchParams(flow.fetch.requests[3]?.body))).toEqual({
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      device_code: 'dc-secret',
    })
    expect(flow.fetch.requests.map(({ redirect }) => redirect)).toEqual(['manual', 'manual', 'manual', 'manual'])
    expect((await flow.connection.accessToken()).value).toBe('at-1')
    expect((await flow.connection.status()).scopes).toEqual(['read', 'write'])
    expect(flow.events).toEqual([{ type: 'connected', provider: 'example', account: 'ada', generation: 1 }])
    flow.fetch.assertDone()
  })

  it('is five seconds slower for good after each slow_down, and a larger wish of the server wins', async () => {
    const flow = start([
      device(),
      pending(),
      slowDown(),
      pending(),
      slowDown({ interval: 30 }),
      slowDown({ interval: 1 }),
      pending(),
      rotated(1),
    ])
    await flow.run(flow.result, 600_000)
    expect(flow.times()).toEqual([0, 5, 10, 20, 30, 60, 95, 130])
  })

  it('takes the interval of the server, and asks half as often after each time-out, reset and server error', async () => {
    const flow = start([device({ interval: 7 }), pending(), timeout(), new Response('', { status: 503 }), rotated(1)])
    await flow.run(flow.result, 600_000)
    expect(flow.times()).toEqual([0, 7, 14, 28, 56])
  })

  it('gives a request that hangs thirty seconds, then asks half as often', async () => {
    const hang = () => new Promise<Response>(() => undefined)
    const flow = start([device(), hang, rotated(1)])
    await flow.run(flow.result, 600_000)
    expect(flow.times()).toEqual([0, 5, 45])
  })

  it('stops when the code has ended, and asks no more', async () => {
    const flow = start([device({ expires_in: 12 }), pending(), pending()])
    const startMs = flow.clock.wallMs()
    expect(await rejection(flow.run(flow.result))).toMatchObject({ code: 'sign_in_timeout', action: 'reconnect' })
    expect(flow.times()).toEqual([0, 5, 10])
    expect(flow.clock.wallMs() - startMs).toBe(12_000)
    expect((await flow.connection.status()).state).toBe('absent')
  })

  it.each([
    ['expired_token', 400, 'sign_in_timeout'],
    ['access_denied', 400, 'access_denied'],
    ['access_denied', 403, 'access_denied'],
    ['invalid_grant', 400, 'code_rejected'],
    ['invalid_client', 401, 'client_rejected'],
    ['unsupported_grant_type', 400, 'client_rejected'],
  ])('ends with %s (%i) as %s', async (error, status, code) => {
    const flow = start([device(), oauthError(status, error)])
    expect(await rejection(flow.run(flow.result))).toMatchObject({ code })
    flow.fetch.assertDone()
  })

  it('goes by the error, not by the status: Google says 428 and 403 for pending and slow_down', async () => {
    const flow = start([device(), oauthError(428, 'authorization_pending'), oauthError(403, 'slow_down'), rotated(1)])
    await flow.run(flow.result)
    expect(flow.times()).toEqual([0, 5, 10, 20])
  })

  it('stops with the reason of its signal: while it waits, and while a request is out', async () => {
    for (const waitMs of [3_000, 6_000]) {
      const controller = new AbortController()
      const hang = () => new Promise<Response>(() => undefined)
      const flow = start([device(), hang], { signal: controller.signal })
      await flow.clock.advance(waitMs)
      controller.abort(new Error('enough'))
      expect(await rejection(flow.result)).toMatchObject({ message: 'enough' })
      expect(flow.clock.pendingTimers).toEqual([])
    }
  })

  it('sends nothing with a signal that is over, or when the prompt fails', async () => {
    const over = start([], { signal: AbortSignal.abort(new Error('enough')) })
    expect(await rejection(over.run(over.result))).toMatchObject({ message: 'enough' })
    const failing = start([device()], { onPrompt: () => Promise.reject(new Error('no terminal')) })
    expect(await rejection(failing.run(failing.result))).toMatchObject({ message: 'no terminal' })
    failing.fetch.assertDone()
  })

  it('shows the code without what a terminal would act on, and the complete address only beside it', async () => {
    const answer = device({
      user_code: '\u001B[31mWD\u202EJB\n',
      verification_uri_complete: 'https://auth.example.com/activate?user_code=WDJB',
    })
    const flow = start([answer, rotated(1)])
    await flow.run(flow.result)
    expect(flow.prompts[0]).toMatchObject({
      userCode: '[31mWD JB',
      verificationUri: 'https://auth.example.com/activate',
      verificationUriComplete: 'https://auth.example.com/activate?user_code=WDJB',
    })
  })

  it.each([
    ['no device code', { device_code: undefined }],
    ['no user code', { user_code: '' }],
    ['no address', { verification_uri: undefined }],
    ['a plain http address', { verification_uri: 'http://auth.example.com/activate' }],
    ['a script as address', { verification_uri: 'javascript:alert(1)' }],
    ['an address with credentials', { verification_uri: 'https://a:b@auth.example.com/' }],
    ['no end', { expires_in: undefined }],
    ['a negative end', { expires_in: -1 }],
    ['an interval that is no number', { interval: '5' }],
    ['an interval of nothing', { interval: 0 }],
  ])('refuses an answer with %s', async (_what, members) => {
    const flow = start([device(members)])
    expect(await rejection(flow.run(flow.result))).toMatchObject({ code: 'response_invalid' })
    expect(flow.prompts).toEqual([])
    flow.fetch.assertDone()
  })

  it('fails before any request where the provider has no endpoint, and without a way to show the code', async () => {
    const flow = start([], {}, { provider: {} })
    expect(await rejection(flow.run(flow.result))).toMatchObject({ code: 'unsupported_by_provider' })
    expect(() => deviceCode({} as never)).toThrow(expect.objectContaining({ code: 'invalid_option' }))
    expect(() => deviceCode({ onPrompt: () => undefined, scope: 'x' } as never)).toThrow(
      expect.objectContaining({ code: 'invalid_option' }),
    )
  })

  it('keeps the codes out of what it throws, also when the server sends them back', async () => {
    const flow = start([device(), oauthError(401, 'invalid_client', 'dc-secret and client-secret are wrong')])
    expect(String(await rejection(flow.run(flow.result)))).toContain('[redacted] and [redacted] are wrong')
  })

  it('leaves the stored grant alone when somebody else entered the code, unless that is allowed', async () => {
    const provider = { endpoints, extras: ['principal'], subject: 'principal' }
    const options = { provider, options: { authentication: noClientSecret() } }
    const answers = ['ada', 'eve', 'eve'].flatMap((principal, n) => [device(), rotated(n, { principal })])
    const flow = start(answers, {}, options)
    await flow.run(flow.result)
    const again = (more: object) => flow.client.connect('ada', deviceCode({ onPrompt: () => undefined, ...more }))
    expect(await rejection(flow.run(again({})))).toMatchObject({ code: 'account_mismatch' })
    expect((await flow.connection.accessToken()).value).toBe('at-0')
    await flow.run(again({ allowOtherPerson: true }))
    expect((await flow.connection.accessToken()).value).toBe('at-2')
  })
})
