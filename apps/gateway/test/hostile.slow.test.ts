import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hostileHeaders } from './hostile-headers.ts'
import { hostileTargets } from './hostile-targets.ts'
import { accessToken, getRequest, openSocketBench, type SocketBench } from './socket-bench.ts'

let bench: SocketBench
const good = (): readonly string[] => [`Authorization: Bearer ${bench.session}`]
const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0)

beforeAll(async () => {
  bench = await openSocketBench()
})
afterAll(() => bench[Symbol.asyncDispose]())

describe('a hostile caller', () => {
  it('is one whose good requests do get through', async () => {
    const answer = await bench.raw(getRequest('/voice-proxy/call-queues', good()))
    expect(statusOf(answer)).toBe(200)
    expect(bench.arrived.at(-1)?.headers.authorization).toBe(`Bearer ${accessToken}`)
  })

  it('reaches no vendor by any spelling of a target', async () => {
    const targets = hostileTargets(bench.vendorPort)
    expect(targets.length).toBeGreaterThan(200)
    const before = [bench.arrived.length, bench.tokenRequests()]
    for (const target of targets) {
      const answer = await bench.raw(getRequest(target, good()))
      expect(statusOf(answer), target).toBeGreaterThanOrEqual(400)
      expect(statusOf(answer), target).toBeLessThan(500)
    }
    expect([bench.arrived.length, bench.tokenRequests()]).toEqual(before)
  })

  it('gets no header to the vendor that is not on the list', async () => {
    expect(hostileHeaders.length).toBeGreaterThan(100)
    const allowed = new Set([
      'host',
      'connection',
      'accept',
      'accept-encoding',
      'authorization',
      'user-agent',
      'content-type',
    ])
    let forwarded = 0
    for (const lines of hostileHeaders) {
      const from = bench.arrived.length
      const answer = await bench.raw(getRequest('/voice-proxy/call-queues', [lines, ...good()]))
      expect(statusOf(answer), lines.slice(0, 80)).not.toBeGreaterThanOrEqual(500)
      for (const { headers, names, url } of bench.arrived.slice(from)) {
        forwarded += 1
        expect(url).toBe('/voice-admin/v1/call-queues?accountKey=1')
        expect(headers.authorization, lines).toBe(`Bearer ${accessToken}`)
        expect(JSON.stringify(headers), lines).not.toMatch(/evil|worse/)
        expect(
          names.filter((name) => !allowed.has(name.toLowerCase())),
          lines,
        ).toEqual([])
      }
    }
    // Most are no mistakes, only unwanted: the request goes out without them.
    expect(forwarded).toBeGreaterThan(100)
  })

  it.each([
    ['two requests in one, by length', 'Content-Length: 0\r\nContent-Length: 44\r\n'],
    ['both framings', 'Content-Length: 4\r\nTransfer-Encoding: chunked\r\n'],
    ['a coding that is not the last', 'Transfer-Encoding: chunked, gzip\r\n'],
    ['a coding in disguise', 'Transfer-Encoding: \u000bchunked\r\n'],
    ['a folded line', 'Transfer-Encoding:\r\n chunked\r\n'],
  ])('smuggles nothing with %s', async (_, framing) => {
    const from = bench.arrived.length
    const inner = `DELETE /voice-proxy/extensions/1 HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${bench.session}\r\n\r\n`
    const head = `POST /voice-proxy/locations HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${bench.session}\r\n${framing}\r\n`
    const answer = await bench.raw(Buffer.from(`${head}0\r\n\r\n${inner}`, 'latin1'))
    expect(bench.arrived.slice(from).filter(({ method }) => method === 'DELETE')).toEqual([])
    expect(statusOf(answer)).toBe(400)
    // The connection was closed: nothing of the second request was answered.
    expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1)
  })

  it.each(['0x4', '4;a\nb', '-1', '4 4', 'ffffffffffffffff1', ''])('is refused a chunk size of %j', async (size) => {
    const from = bench.arrived.length
    const head = `POST /voice-proxy/locations HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${bench.session}\r\n`
    const body = `Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${size}\r\nabcd\r\n0\r\n\r\n`
    const answer = await bench.raw(head + body)
    expect([0, 400]).toContain(statusOf(answer))
    // What had begun was broken off: the vendor saw no complete body.
    expect(bench.arrived.length - from).toBeLessThanOrEqual(1)
  })

  it('pipelines, and each request is judged for itself', async () => {
    const one = (target: string, more = ''): string =>
      `GET ${target} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${bench.session}\r\n${more}\r\n`
    const from = bench.arrived.length
    const answer = await bench.raw(
      one('/voice-proxy/call-queues') + one('/voice-proxy/../x') + one('/voice-proxy/devices', 'Connection: close\r\n'),
    )
    expect([...answer.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => status)).toEqual(['200', '400', '200'])
    expect(bench.arrived.slice(from).map(({ url }) => url)).toEqual([
      '/voice-admin/v1/call-queues?accountKey=1',
      '/voice-admin/v1/devices?accountKey=1',
    ])
  })

  it.each(['TRACE', 'CONNECT', 'TRACK', 'OPTIONS', 'PROPFIND', 'get'])('has %s refused', async (method) => {
    const from = bench.arrived.length
    const line = `${method} /voice-proxy/call-queues HTTP/1.1\r\nHost: a\r\nConnection: close\r\n`
    const answer = await bench.raw(`${line}Authorization: Bearer ${bench.session}\r\n\r\n`)
    expect(statusOf(answer)).not.toBe(200)
    expect(bench.arrived.slice(from)).toEqual([])
  })
})
