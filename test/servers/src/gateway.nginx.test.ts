import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  chunked,
  exchange,
  getRequest,
  hostileChunkSizes,
  hostileFramings,
  hostileHeaders,
  hostileTargets,
  openSocketBench,
  smuggle,
  type SocketBench,
} from './gateway-attacks.ts'
import { nginxAddress, startNginx, type Nginx } from './nginx.ts'

const path = '/voice-proxy/call-queues'
const clients: (string | undefined)[] = []
let bench: SocketBench
let nginx: Nginx

beforeAll(async () => {
  bench = await openSocketBench({
    settings: { trustedProxies: [nginxAddress] },
    onRequest: ({ client }) => void clients.push(client),
  })
  nginx = await startNginx({ upstreamPort: bench.port })
})
afterAll(async () => {
  await nginx[Symbol.asyncDispose]()
  await bench[Symbol.asyncDispose]()
})

const good = () => `Authorization: Bearer ${bench.session}`
const statusesOf = (answer: string) => [...answer.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status))

/** Fails where a request before this one has left something behind on the connection of nginx. */
async function expectCleanConnection(): Promise<void> {
  const from = bench.arrived.length
  const answer = await exchange(nginx.port, getRequest(path, [good()]))
  expect(statusesOf(answer)).toEqual([200])
  expect(bench.arrived.slice(from).map(({ method, url }) => `${method} ${url}`)).toEqual([
    'GET /voice-admin/v1/call-queues?accountKey=1',
  ])
}

describe('behind nginx', () => {
  it('the gateway writes down the caller, and not what the caller says of itself', async () => {
    clients.length = 0
    for (const spoofed of ['X-Forwarded-For: 203.0.113.9', 'Forwarded: for=203.0.113.9', 'X-Real-IP: 203.0.113.9']) {
      await exchange(nginx.port, getRequest('/health', [spoofed]))
    }
    expect(clients).toEqual(['127.0.0.1', '127.0.0.1', '127.0.0.1'])
  })

  it.each(hostileFramings)('nothing is smuggled with %s', async (_, framing) => {
    const from = bench.arrived.length
    const answer = await exchange(nginx.port, smuggle(bench.session, framing))
    expect(statusesOf(answer).length).toBeLessThanOrEqual(1)
    expect(bench.arrived.slice(from).filter(({ method }) => method === 'DELETE')).toEqual([])
    await expectCleanConnection()
  })

  it.each(hostileChunkSizes)('a chunk of size %j leaves nothing behind', async (size) => {
    await exchange(nginx.port, chunked(bench.session, size))
    await expectCleanConnection()
  })

  it(`none of ${hostileTargets(1).length} spellings of a target reaches the vendor`, async () => {
    const from = bench.arrived.length
    for (const target of hostileTargets(bench.vendorPort)) {
      const before = bench.arrived.length
      const [status = 0] = statusesOf(await exchange(nginx.port, getRequest(target, [good()])))
      const isPlain = rewritten.test(target)
      // What nginx cannot make sense of, it drops.
      if (status !== 0 && !isPlain) expect([status, target]).toEqual([expect.toSatisfy(isRefusal), target])
      if (!isPlain) expect([bench.arrived.length, target]).toEqual([before, target])
    }
    const reached = new Set(bench.arrived.slice(from).map(({ url }) => url))
    expect([...reached]).toEqual(['/voice-admin/v1/call-queues?accountKey=1'])
    await expectCleanConnection()
  })

  it(`none of ${hostileHeaders.length} sets of headers changes what the vendor gets`, async () => {
    for (const lines of hostileHeaders) {
      const from = bench.arrived.length
      await exchange(nginx.port, getRequest(path, [lines, good()]))
      for (const { url, headers } of bench.arrived.slice(from)) {
        expect(url).toBe('/voice-admin/v1/call-queues?accountKey=1')
        expect(JSON.stringify(headers), lines).not.toMatch(/evil|worse|127\.0\.0\.1"/)
      }
    }
    await expectCleanConnection()
  })
})

/** What nginx itself makes a plain path of: absolute forms and fragments. */
const rewritten = /^https?:\/\/|#/i
const isRefusal = (status: number): boolean => status >= 400 && status < 500
