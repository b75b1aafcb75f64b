import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RequestFacts } from '../src/request-facts.ts'
import { chunked, hostileChunkSizes, hostileFramings, smuggle } from './hostile-framing.ts'
import { hostileHeaders } from './hostile-headers.ts'
import { hostileTargets } from './hostile-targets.ts'
import { accessToken, getRequest, openSocketBench, type SocketBench } from './socket-bench.ts'

const facts: RequestFacts[] = []
let bench: SocketBench
const good = (): readonly string[] => [`Authorization: Bearer ${bench.session}`]
const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0)

beforeAll(async () => {
  bench = await openSocketBench({ onRequest: (fact) => void facts.push(fact) })
})
afterAll(() => bench[Symbol.asyncDispose]())

describe('a hostile caller', () => {
  it('is one whose good requests do get through', async () => {
    const answer = await bench.raw(getRequest('/voice-proxy/call-queues', good()))
    expect(statusOf(answer)).toBe(200)
    expect(bench.arrived.at(-1)?.headers.authorization).toBe(`Bearer ${accessToken}`)
  })

  it(`reaches no vendor by any of ${hostileTargets(1).length} spellings of a target`, async () => {
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

  it('is in the log with every address that was refused', async () => {
    facts.length = 0
    const answer = await bench.raw(getRequest('/voice-proxy/%2e%2e/x', good()))
    expect(answer).toMatch(/x-request-id: [\w-]{36}/)
    expect(facts).toMatchObject([{ method: 'GET', status: 400, client: '127.0.0.1' }])
    expect(JSON.stringify(facts)).not.toContain('%2e')
  })

  it(`gets none of ${hostileHeaders.length} sets of headers to the vendor but what is on the list`, async () => {
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

  const healthy = 'GET /health HTTP/1.1\r\nHost: gateway\r\n\r\n'

  describe.each([
    ['on a fresh connection', [], ['400']],
    ['on a connection that served a good request', [healthy], ['200', '400']],
  ])('%s', (_, before, statuses) => {
    it.each(hostileFramings)('smuggles nothing with %s', async (__, framing) => {
      const from = bench.arrived.length
      const answer = await bench.raw(...before, smuggle(bench.session, framing))
      expect(bench.arrived.slice(from).filter(({ method }) => method === 'DELETE')).toEqual([])
      // The connection was closed: nothing of the second request was answered.
      expect([...answer.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => status)).toEqual(statuses)
    })

    it.each(hostileChunkSizes)('is refused a chunk size of %j', async (size) => {
      const bodies: Buffer[] = []
      let wasComplete = false
      bench.answer((request, response) => {
        request.on('data', (part: Buffer) => void bodies.push(part)).on('end', () => (wasComplete = true))
        request.on('error', () => response.destroy())
      })
      const answer = await bench.raw(...before, chunked(bench.session, size))
      expect(answer.replace(/^HTTP\/1\.1 200/, '')).not.toContain('HTTP/1.1 2')
      // What had begun was broken off: the vendor saw no complete body.
      expect([wasComplete, bodies.length]).toEqual([false, 0])
      bench.answer((__, response) => response.setHeader('content-type', 'application/json').end('{"items":[]}'))
    })
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

  it.each(['websocket', 'h2c', 'TLS/1.2'])('is not let switch to %s', async (protocol) => {
    const from = bench.arrived.length
    const upgrade = [`Upgrade: ${protocol}`, ...good(), 'Connection: Upgrade']
    const answer = await bench.raw(getRequest('/voice-proxy/call-queues', upgrade))
    expect([statusOf(answer), bench.arrived.length]).toEqual([400, from])
  })

  it.each(['TRACE', 'CONNECT', 'TRACK', 'OPTIONS', 'PROPFIND', 'get'])('has %s refused', async (method) => {
    const from = bench.arrived.length
    const line = `${method} /voice-proxy/call-queues HTTP/1.1\r\nHost: a\r\nConnection: close\r\n`
    const answer = await bench.raw(`${line}Authorization: Bearer ${bench.session}\r\n\r\n`)
    expect(statusOf(answer)).not.toBe(200)
    expect(bench.arrived.slice(from)).toEqual([])
  })
})
