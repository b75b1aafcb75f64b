import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { wasNeverSent } from '@grantkit/auth-core'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { selfSigned } from '../test/self-signed.ts'
import { echo, startServer, startTlsServer, transportFor } from '../test/servers.ts'

type Failure = TypeError & { cause: { code?: string } }

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const error: unknown = await work.then(
    () => undefined,
    (failure: unknown) => failure,
  )
  expect(error).toBeInstanceOf(Error)
  return error as Failure
}

/** A server that speaks no HTTP: it sends these bytes to whoever sends any, and hangs up if told. */
async function startRaw(answer: string, { hangsUp = true } = {}): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => (hangsUp ? socket.end(answer) : socket.write(answer)))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe('a request without an answer', () => {
  it('to a port where nobody listens was never sent', async () => {
    const { origin, close } = await startServer(echo)
    await close()
    const error = await failureOf(transportFor().fetch(origin, { method: 'POST', body: 'x' }))
    expect(error).toBeInstanceOf(TypeError)
    expect(error.message).toBe(`The request to ${origin} failed: ECONNREFUSED.`)
    expect(wasNeverSent(error)).toBe(true)
  })

  it('to a name nobody knows was never sent', async () => {
    const error = await failureOf(transportFor({ dnsCache: true }).fetch('http://nowhere.invalid/'))
    expect(error.cause.code).toMatch(/^(?:ENOTFOUND|EAI_AGAIN)$/)
    expect(wasNeverSent(error)).toBe(true)
  })

  it('to a server whose certificate nobody vouches for was never sent', async () => {
    const { origin } = await startTlsServer(selfSigned(), echo)
    const error = await failureOf(transportFor().fetch(origin, { method: 'POST', body: 'x' }))
    expect(error.cause.code).toBe('DEPTH_ZERO_SELF_SIGNED_CERT')
    expect(wasNeverSent(error)).toBe(true)
  })

  it('that cannot connect in time was never sent', async () => {
    // It accepts connections and never speaks, so that TLS is never agreed upon.
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const origin = `https://localhost:${(server.address() as AddressInfo).port}`
    const error = await failureOf(transportFor({ connectTimeoutMs: 50 }).fetch(origin))
    expect(error.cause.code).toBe('UND_ERR_CONNECT_TIMEOUT')
    expect(wasNeverSent(error)).toBe(true)
  })

  it('because the server hangs up may have been sent', async () => {
    const error = await failureOf(transportFor().fetch(await startRaw(''), { method: 'POST', body: 'x' }))
    expect(error.cause.code).toBe('UND_ERR_SOCKET')
    expect(wasNeverSent(error)).toBe(false)
  })

  it('that is HTTP is not quoted', async () => {
    const error = await failureOf(transportFor().fetch(await startRaw('hunter2\r\n\r\n')))
    expect(error.message).toContain('HTTPParserError')
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('hunter2')
  })

  it('that breaks off fails its reading', async () => {
    const origin = await startRaw('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf')
    const whole = await transportFor().fetch(origin)
    await expect(whole.text()).rejects.toMatchObject({ cause: { code: 'UND_ERR_SOCKET' } })
    const stream = await transportFor().fetch(origin)
    await expect(new Response(stream.body).text()).rejects.toThrow('UND_ERR_SOCKET')
  })
})

describe('the signal of a caller', () => {
  const never = (): void => undefined
  const reason = new Error('enough')

  it('stops a request before it is sent', async () => {
    const { origin, opened } = await startServer(echo)
    await expect(transportFor().fetch(origin, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    expect(opened()).toBe(0)
  })

  it('stops a request that waits for a connection, and the next one gets it', async () => {
    const held: (() => void)[] = []
    const { origin } = await startServer((_, to) => held.push(() => to.end('held')))
    const { fetch } = transportFor({ connections: 1 })
    const first = fetch(origin)
    await vi.waitFor(() => expect(held).toHaveLength(1))
    const aborter = new AbortController()
    const second = fetch(origin, { signal: aborter.signal })
    const third = fetch(origin)
    aborter.abort(reason)
    await expect(second).rejects.toBe(reason)
    held[0]?.()
    expect(await (await first).text()).toBe('held')
    await vi.waitFor(() => expect(held).toHaveLength(2))
    held[1]?.()
    expect(await (await third).text()).toBe('held')
  })

  it('stops a request that waits for its answer, and hangs up', async () => {
    const aborter = new AbortController()
    let closed = false
    const { origin } = await startServer((request) => {
      request.socket.on('close', () => (closed = true))
      aborter.abort(reason)
    })
    const request = new Request(origin, { signal: aborter.signal })
    await expect(transportFor().fetch(request)).rejects.toBe(reason)
    await vi.waitFor(() => expect(closed).toBe(true))
  })

  it('stops the reading of an answer', async () => {
    const { origin } = await startServer((_, to) => to.write('begin'))
    for (const how of ['text', 'blob'] as const) {
      const aborter = new AbortController()
      const response = await transportFor().fetch(origin, { signal: aborter.signal })
      const reading = response[how]()
      aborter.abort(reason)
      await expect(reading).rejects.toBe(reason)
    }
  })

  it('stops the sending of a stream, and its source', async () => {
    const { origin } = await startServer(never)
    let cancelled = false
    const body = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(1024)),
      cancel: () => void (cancelled = true),
    })
    const aborter = new AbortController()
    const call = transportFor().fetch(origin, {
      method: 'POST',
      body,
      duplex: 'half',
      signal: aborter.signal,
    } as object)
    setImmediate(() => aborter.abort(reason))
    await expect(call).rejects.toBe(reason)
    await vi.waitFor(() => expect(cancelled).toBe(true))
  })

  it('gives up a stream that was not sent at all', async () => {
    const { origin } = await startServer(never)
    const { fetch } = transportFor({ connections: 1 })
    const aborter = new AbortController()
    const first = fetch(origin, { signal: aborter.signal })
    let cancelled = false
    const body = new ReadableStream({ cancel: () => void (cancelled = true) })
    const second = fetch(origin, { method: 'POST', body, duplex: 'half', signal: aborter.signal } as object)
    setImmediate(() => aborter.abort(reason))
    await expect(Promise.all([first, second])).rejects.toBe(reason)
    await vi.waitFor(() => expect(cancelled).toBe(true))
  })

  it('may be anything with what it asks of one', async () => {
    const { origin } = await startServer(never)
    const listeners = new Set<() => void>()
    const signal = {
      aborted: false,
      reason: undefined as unknown,
      addEventListener: (_type: string, listener: () => void) => listeners.add(listener),
      removeEventListener: (_type: string, listener: () => void) => listeners.delete(listener),
    }
    const { fetch, plainSignals } = transportFor()
    expect(plainSignals).toBe(true)
    const call = fetch(origin, { signal: signal as never })
    Object.assign(signal, { aborted: true, reason })
    for (const listener of listeners) listener()
    await expect(call).rejects.toBe(reason)
    expect(listeners.size).toBe(0)
  })

  it('changes nothing once the answer has come whole', async () => {
    const { origin } = await startServer(echo)
    const aborter = new AbortController()
    const response = await transportFor().fetch(origin, { signal: aborter.signal })
    await response.clone().text()
    aborter.abort(reason)
    expect(await response.json()).toMatchObject({ method: 'GET' })
  })

  it('is let go of after each request, however it ends', async () => {
    const { origin, close } = await startServer(echo)
    const { signal } = new AbortController()
    const { fetch } = transportFor()
    const added = vi.spyOn(signal, 'addEventListener')
    const removed = vi.spyOn(signal, 'removeEventListener')
    await (await fetch(origin, { signal })).text()
    await close()
    await failureOf(fetch(origin, { signal }))
    expect(added).toHaveBeenCalledTimes(2)
    expect(removed.mock.calls.map(([type, listener]) => [type, listener])).toEqual(
      added.mock.calls.map(([type, listener]) => [type, listener]),
    )
  })
})

function streamOf(chunks: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
  })
}

describe('a stream that fails while it is sent', () => {
  it.each(['as a stream', 'in a Request', 'as an iterable'])(
    'fails the request with its own error: %s',
    async (how) => {
      const { origin } = await startServer(() => undefined)
      const broken = new Error('no more')
      const chunks = async function* (): AsyncGenerator<Uint8Array> {
        yield new Uint8Array(10)
        await new Promise(setImmediate)
        throw broken
      }
      const body = how === 'as an iterable' ? chunks() : streamOf(chunks())
      const init: object = { method: 'POST', duplex: 'half', body }
      const input = how === 'in a Request' ? new Request(origin, init as object) : origin
      const error = await failureOf(transportFor().fetch(input, how === 'in a Request' ? undefined : (init as object)))
      expect(error.cause).toBe(broken)
    },
  )
})
