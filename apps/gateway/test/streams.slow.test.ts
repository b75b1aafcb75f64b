import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { getRequest, openSocketBench, type SocketBench } from './socket-bench.ts'

let bench: SocketBench
beforeAll(async () => {
  bench = await openSocketBench()
})
afterAll(() => bench[Symbol.asyncDispose]())

const chunk = Buffer.alloc(262_144, 'x')
const total = 1024 * 1024 * 1024
/** What the whole process may grow by while it plays caller, gateway and vendor. */
const growthBytes = 160 * 1024 * 1024

const auth = (): Record<string, string> => ({ authorization: `Bearer ${bench.session}` })

/** The next answer of the vendor, held open for the test to write. */
function nextAnswer(): Promise<{ incoming: IncomingMessage; outgoing: ServerResponse }> {
  return new Promise((resolve) => bench.answer((incoming, outgoing) => resolve({ incoming, outgoing })))
}

async function write(stream: NodeJS.WritableStream, bytes: number): Promise<void> {
  for (let sent = 0; sent < bytes; sent += chunk.length) if (!stream.write(chunk)) await once(stream, 'drain')
}

describe('a stream', () => {
  it('comes down as it is written, first bytes first', async () => {
    const vendor = nextAnswer()
    const answer = fetch(`${bench.origin}/voice-proxy/call-queues`, { headers: auth() })
    const { outgoing } = await vendor
    outgoing.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
    const reader = (await answer).body!.getReader()
    expect(Buffer.from((await reader.read()).value!).toString()).toBe('data: 1\n\n')
    outgoing.end('data: 2\n\n')
    expect(Buffer.from((await reader.read()).value!).toString()).toBe('data: 2\n\n')
    expect((await reader.read()).done).toBe(true)
  })

  it('comes down whole, however large, in a bounded memory', async () => {
    bench.answer((_, outgoing) => {
      outgoing.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': total })
      void write(outgoing, total).then(() => outgoing.end())
    })
    const before = process.memoryUsage().rss
    const answer = await fetch(`${bench.origin}/voice-proxy/call-queues`, { headers: auth() })
    expect(answer.headers.get('content-length')).toBe(String(total))
    let size = 0
    let most = 0
    for await (const part of answer.body!) {
      size += part.length
      most = Math.max(most, process.memoryUsage.rss() - before)
    }
    expect(size).toBe(total)
    expect(most).toBeLessThan(growthBytes)
  })

  it('goes up whole, with its length, in a bounded memory', async () => {
    const got = new Promise<{ size: number; length: string | undefined; most: number }>((resolve) => {
      bench.answer((incoming, outgoing) => {
        const before = process.memoryUsage.rss()
        let [size, most] = [0, 0]
        incoming.on('data', (part: Buffer) => {
          size += part.length
          most = Math.max(most, process.memoryUsage.rss() - before)
        })
        incoming.on('end', () => {
          outgoing.writeHead(204).end()
          resolve({ size, length: incoming.headers['content-length'], most })
        })
      })
    })
    const upload = httpRequest(`${bench.origin}/voice-proxy/locations`, {
      method: 'POST',
      headers: { ...auth(), 'content-length': total, 'content-type': 'application/octet-stream' },
    })
    const answered = once(upload, 'response')
    await write(upload, total)
    upload.end()
    const [answer] = (await answered) as [IncomingMessage]
    expect(answer.statusCode).toBe(204)
    answer.resume()
    const { most, ...facts } = await got
    expect(facts).toEqual({ size: total, length: String(total) })
    expect(most).toBeLessThan(growthBytes)
  })

  it.each([
    ['without a length', {}],
    ['with a length', { 'content-length': 1_000_000 }],
  ])('that breaks off %s breaks off for the caller, too', async (_, headers) => {
    bench.answer((__, outgoing) => {
      outgoing.writeHead(200, { 'content-type': 'text/plain', ...headers })
      outgoing.write(chunk, () => outgoing.destroy())
    })
    const whole = fetch(`${bench.origin}/voice-proxy/call-queues`, { headers: auth() }).then((answer) => answer.text())
    await expect(whole).rejects.toBeInstanceOf(TypeError)
  })

  it('that breaks off before its first byte says nothing of what is behind', async () => {
    bench.answer((_, outgoing) => {
      outgoing.writeHead(200, { 'content-type': 'text/plain' }).flushHeaders()
      setImmediate(() => outgoing.destroy())
    })
    const answer = await bench.raw(getRequest('/voice-proxy/call-queues', [`Authorization: Bearer ${bench.session}`]))
    expect(answer).not.toContain(String(bench.vendorPort))
    expect(answer).not.toMatch(/UND_ERR|undici|    at /)
  })

  it('that breaks off while it is small is told as broken', async () => {
    bench.answer((_, outgoing) => {
      outgoing.writeHead(200, { 'content-type': 'text/plain', 'content-length': 100 })
      outgoing.write('half', () => outgoing.destroy())
    })
    const answer = await fetch(`${bench.origin}/voice-proxy/call-queues`, { headers: auth() })
    expect([answer.status, ((await answer.json()) as { type: string }).type]).toEqual([
      502,
      'urn:grantkit:problem:upstream_unreachable',
    ])
  })

  it('ends at the vendor when the caller leaves, before the head and after it', async () => {
    for (const withHead of [false, true]) {
      const vendor = nextAnswer()
      const leaving = new AbortController()
      const init = { headers: auth(), signal: leaving.signal }
      const answer = fetch(`${bench.origin}/voice-proxy/call-queues`, init).catch(() => undefined)
      const { outgoing } = await vendor
      const closed = once(outgoing, 'close')
      if (withHead) {
        outgoing.writeHead(200).write(chunk)
        await answer
      }
      leaving.abort()
      await closed
      await (await answer)?.body?.cancel().catch(() => undefined)
      expect(outgoing.writableFinished).toBe(false)
    }
  })

  it('is refused with 431 where the head is too large', async () => {
    const answer = await bench.raw(getRequest('/health', [`X-Large: ${'a'.repeat(65_536)}`]))
    expect(answer).toMatch(/^HTTP\/1\.1 431/)
  })

  it('decodes what a vendor compressed unasked, and drops the length that no longer holds', async () => {
    const { gzipSync } = await import('node:zlib')
    const body = gzipSync('hello '.repeat(100))
    bench.answer((_, outgoing) => {
      outgoing.writeHead(200, {
        'content-encoding': 'gzip',
        'content-length': body.length,
        'content-type': 'text/plain',
      })
      outgoing.end(body)
    })
    const answer = await fetch(`${bench.origin}/voice-proxy/call-queues`, { headers: auth() })
    expect(answer.headers.get('content-encoding')).toBeNull()
    expect(await answer.text()).toBe('hello '.repeat(100))
  })

  it('has no body for HEAD, and the length of what GET would give', async () => {
    bench.answer((_, outgoing) => outgoing.writeHead(200, { 'content-length': 42 }).end())
    const answer = await fetch(`${bench.origin}/voice-proxy/call-queues`, { method: 'HEAD', headers: auth() })
    expect([answer.status, answer.headers.get('content-length'), await answer.text()]).toEqual([200, '42', ''])
    expect(bench.arrived.at(-1)?.method).toBe('HEAD')
  })
})
