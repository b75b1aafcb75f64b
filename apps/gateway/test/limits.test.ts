import { createFakeClock, type FakeClock } from '@grantkit/auth-core/testing'
import { describe, expect, it } from 'vitest'
import { openBench, type Bench } from './bench.ts'

const [headMs, idleMs, totalMs] = [5_000, 3_000, 20_000]

interface LimitsBench extends Bench {
  readonly clock: FakeClock
  readonly session: string
}

/** A gateway whose vendor answers tokens by itself and everything else by `answer`. */
async function openLimits(answer: (request: Request) => Response | Promise<Response>): Promise<LimitsBench> {
  const clock = createFakeClock({ wallMs: Date.now() })
  const bench = await openBench({
    clock,
    settings: { upstreamTimeoutMs: headMs, idleMs, totalMs },
    fetch: (next) => async (input, init) => {
      const request = new Request(input, init)
      return await (request.url.includes('/oauth/') ? next(input, init) : answer(request))
    },
  })
  const { key } = await bench.addTenant('acme')
  return { ...bench, clock, session: await bench.startSession(key, 'acme') }
}

/** Bytes that a test writes; as those of a real API, they end when the request is aborted. */
function openPipe(signal?: AbortSignal): { body: ReadableStream<Uint8Array>; write(text: string): void; end(): void } {
  let pipe: ReadableStreamDefaultController<Uint8Array>
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      pipe = controller
      signal?.addEventListener('abort', () => controller.error(signal.reason))
    },
  })
  return { body, write: (text) => pipe.enqueue(new TextEncoder().encode(text)), end: () => pipe.close() }
}

const hangs = ({ signal }: Request): Promise<Response> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))

async function problemOf(answer: Promise<Response>): Promise<unknown> {
  const { status, detail } = (await (await answer).json()) as { status: number; detail: string }
  return [status, detail]
}

/** Sends a body piece by piece, without saying how long it is. */
const upload = ({ call, session: token }: LimitsBench, body: ReadableStream): Promise<Response> =>
  call('POST', '/voice-proxy/locations', { token, body, headers: { 'transfer-encoding': 'chunked' } })

describe('time limits', () => {
  it('end the wait for the head of an answer', async () => {
    const bench = await openLimits(hangs)
    const answer = bench.call('GET', '/call-queues', { token: bench.session })
    await expect.poll(() => bench.sent.at(-1)?.url).toContain('call-queues')
    await bench.clock.advance(headMs)
    expect(await problemOf(answer)).toEqual([504, 'The API did not answer within 5 s.'])
    expect(bench.clock.pendingTimers.filter(({ background }) => !background)).toEqual([])
  })

  it('let an answer go on as long as something moves, and break it off when nothing does', async () => {
    let pipe = openPipe()
    const bench = await openLimits(({ signal }) => {
      pipe = openPipe(signal)
      return new Response(pipe.body)
    })
    const reader = (await bench.call('GET', '/call-queues', { token: bench.session })).body!.getReader()
    for (let piece = 0; piece < 3; piece += 1) {
      pipe.write(`${piece}`)
      expect(new TextDecoder().decode((await reader.read()).value)).toBe(`${piece}`)
      await bench.clock.advance(idleMs - 1)
    }
    await Promise.all([expect(reader.read()).rejects.toThrow('The body broke off.'), bench.clock.advance(1)])
    expect(bench.clock.pendingTimers.filter(({ background }) => !background)).toEqual([])
  })

  it('tell a small answer that stops as late, not by half', async () => {
    const bench = await openLimits(({ signal }) => {
      const { body, write } = openPipe(signal)
      write('half')
      return new Response(body, { headers: { 'content-length': '8' } })
    })
    const answer = bench.call('GET', '/call-queues', { token: bench.session })
    await expect.poll(() => bench.sent.at(-1)?.url).toContain('call-queues')
    await bench.clock.advance(idleMs)
    expect(await problemOf(answer)).toEqual([504, 'The API did not answer within 3 s.'])
  })

  it('are over with an answer that has no body', async () => {
    const bench = await openLimits(() => new Response(null))
    expect((await bench.call('GET', '/call-queues', { token: bench.session })).status).toBe(200)
    expect(bench.clock.pendingTimers.filter(({ background }) => !background)).toEqual([])
  })

  it('end what takes too long in all, however it moves', async () => {
    let pipe = openPipe()
    const bench = await openLimits(({ signal }) => {
      pipe = openPipe(signal)
      return new Response(pipe.body)
    })
    const reader = (await bench.call('GET', '/call-queues', { token: bench.session })).body!.getReader()
    for (let atMs = 0; atMs < totalMs; atMs += 2_000) {
      pipe.write('.')
      await reader.read()
      await bench.clock.advance(2_000)
    }
    await expect(reader.read()).rejects.toThrow('The body broke off.')
  })

  it('wait for an upload as long as it goes on, and count the head of the answer from its end', async () => {
    const bench = await openLimits(async (request) => {
      await request.text()
      return await hangs(request)
    })
    const pipe = openPipe()
    const answer = upload(bench, pipe.body)
    for (let piece = 0; piece < 4; piece += 1) {
      pipe.write('.')
      await bench.clock.advance(idleMs - 1)
    }
    pipe.end()
    await bench.clock.advance(headMs - 1)
    const first = await Promise.race([answer, Promise.resolve('still waiting')])
    expect(first).toBe('still waiting')
    await bench.clock.advance(1)
    expect(await problemOf(answer)).toEqual([504, 'The API did not answer within 5 s.'])
  })

  it('blame a caller whose upload stops', async () => {
    const bench = await openLimits(async (request) => {
      await Promise.race([request.text(), hangs(request)])
      return new Response()
    })
    const pipe = openPipe()
    const answer = upload(bench, pipe.body)
    pipe.write('half')
    await expect.poll(() => bench.sent.at(-1)?.url).toContain('locations')
    await bench.clock.advance(idleMs)
    expect(await problemOf(answer)).toEqual([408, 'The body of the request did not go on within 3 s.'])
  })
})
