import { Http2ServerRequest } from 'node:http2'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { countLookups } from '../test/count-lookups.ts'
import { selfSigned } from '../test/self-signed.ts'
import {
  echo,
  startHttp2Server,
  startProxy,
  startServer,
  startTlsServer,
  transportFor,
  type Seen,
} from '../test/servers.ts'
import { createNodeTransport, type NodeTransport } from './index.ts'

const seen = async (response: Promise<Response>): Promise<Seen> => (await (await response).json()) as Seen
const many = (count: number, { fetch }: NodeTransport, url: string): Promise<Seen[]> =>
  Promise.all(Array.from({ length: count }, () => seen(fetch(url))))

describe('connections', () => {
  it('are kept for the next request', async () => {
    const { origin, opened } = await startServer(echo)
    const transport = transportFor()
    for (let call = 0; call < 9; call += 1) await many(1, transport, origin)
    // undici lets a connection rest for a turn of the event loop, so a request at once takes a second one.
    expect(opened()).toBeLessThanOrEqual(2)
  })

  it('are as many as wanted at once, and no more', async () => {
    const { origin, opened } = await startServer(echo)
    await many(40, transportFor({ connections: 7 }), origin)
    expect(opened()).toBe(7)
  })

  it('are kept though nobody read a small answer', async () => {
    const { origin, opened } = await startServer(echo)
    const { fetch } = transportFor({ connections: 1 })
    for (let call = 0; call < 5; call += 1) await fetch(origin)
    expect(opened()).toBe(1)
  })

  it.each([
    ['though the server would wait longer', {}],
    ['where the server says nothing of it', { connection: 'keep-alive' }],
  ])('are closed once nobody has used them for a while, %s', async (_, headers: Record<string, string>) => {
    let closed = 0
    const { origin } = await startServer((request, to) => {
      request.socket.on('close', () => (closed += 1))
      for (const [name, value] of Object.entries(headers)) to.setHeader(name, value)
      to.end()
    })
    await transportFor({ keepAliveMs: 1 }).fetch(origin)
    await vi.waitFor(() => expect(closed).toBe(1), { timeout: 3000 })
  })
})

describe('TLS', () => {
  it('trusts an authority of its own', async () => {
    const tls = selfSigned()
    const { origin } = await startTlsServer(tls, echo)
    expect(await seen(transportFor({ tls: { ca: tls.cert } }).fetch(origin))).toMatchObject({ httpVersion: '1.1' })
  })
})

describe('HTTP/2', () => {
  it('is spoken if wanted, many requests on one connection', async () => {
    const tls = selfSigned()
    const { origin, opened } = await startHttp2Server(tls, echo)
    const transport = transportFor({ http2: true, connections: 1, tls: { ca: tls.cert } })
    const all = await many(30, transport, `${origin}/x?y=1`)
    expect(new Set(all.map(({ httpVersion, url }) => `${httpVersion} ${url}`))).toEqual(new Set(['2.0 /x?y=1']))
    expect(opened()).toBe(1)
  })

  it('carries bodies both ways, of any kind', async () => {
    const tls = selfSigned()
    const { origin } = await startHttp2Server(tls, echo)
    const { fetch } = transportFor({ http2: true, tls: { ca: tls.cert } })
    const large = 'x'.repeat(300_000)
    for (const body of [large, new Blob([large]), new Blob([large]).stream()]) {
      const init: object = { method: 'PUT', body, duplex: 'half' }
      expect((await seen(fetch(origin, init))).body.length).toBe(large.length)
    }
    const response = await fetch(origin, { method: 'PUT', body: large })
    expect((await new Response(response.body).text()).length).toBeGreaterThan(large.length)
  })

  it('is not spoken if not wanted, or not offered', async () => {
    const tls = selfSigned()
    const both = await startHttp2Server(tls, echo)
    const one = await startTlsServer(tls, echo)
    const options = { tls: { ca: tls.cert } }
    expect(await seen(transportFor(options).fetch(both.origin))).toMatchObject({ httpVersion: '1.1' })
    expect(await seen(transportFor({ ...options, http2: true }).fetch(one.origin))).toMatchObject({
      httpVersion: '1.1',
    })
  })

  it('loses what is under way on a connection that a server begins to close, which HTTP/1 does not', async () => {
    const tls = selfSigned()
    const { origin } = await startHttp2Server(tls, (request, to) => {
      if (request instanceof Http2ServerRequest) request.stream.session?.close()
      else to.setHeader('connection', 'close')
      setImmediate(() => to.end('answered'))
    })
    const request = async (http2: boolean): Promise<string> =>
      await (await transportFor({ http2, tls: { ca: tls.cert } }).fetch(origin)).text()
    expect(await request(false)).toBe('answered')
    await expect(request(true)).rejects.toThrow('UND_ERR_SOCKET')
  })

  it('ends one request without the others', async () => {
    const tls = selfSigned()
    const { origin, opened } = await startHttp2Server(tls, (request, to) => {
      if (request.url !== '/never') to.end('fine')
    })
    const { fetch } = transportFor({ http2: true, connections: 1, tls: { ca: tls.cert } })
    await fetch(origin)
    const aborter = new AbortController()
    const never = fetch(`${origin}/never`, { signal: aborter.signal })
    const other = fetch(origin)
    aborter.abort(new Error('enough'))
    await expect(never).rejects.toThrow('enough')
    expect(await (await other).text()).toBe('fine')
    expect(opened()).toBe(1)
  })
})

describe('the DNS cache', () => {
  const listener: Parameters<typeof startServer>[0] = (request, to) => {
    to.setHeader('connection', 'close')
    void echo(request, to)
  }

  it('asks the system once for all connections', async () => {
    const { origin, opened } = await startServer(listener)
    const transport = transportFor({ dnsCache: { maxAgeMs: 60_000 } })
    const asked = await countLookups(async () => {
      for (let call = 0; call < 5; call += 1) {
        const [request] = await many(1, transport, origin)
        expect(request?.headers.host).toBe(new URL(origin).host)
      }
    })
    expect([asked, opened()]).toEqual([1, 5])
  })

  it.each([
    ['is there by default, also for connections that are opened at once', undefined, 1],
    ['is not there if not wanted', false, 6],
  ])('%s', async (_, dnsCache, times) => {
    const { origin } = await startServer(listener)
    const transport = transportFor(dnsCache === undefined ? {} : { dnsCache })
    const asked = await countLookups(async () => {
      await many(5, transport, origin)
      await many(1, transport, origin)
    })
    expect(asked).toBe(times)
  })

  it('asks again after its time', async () => {
    const { origin } = await startServer(listener)
    const transport = transportFor({ dnsCache: { maxAgeMs: 1 } })
    const asked = await countLookups(async () => {
      await many(1, transport, origin)
      // A timer of the same length that begins later ends later.
      await new Promise((resolve) => setTimeout(resolve, 1))
      await many(1, transport, origin)
    })
    expect(asked).toBe(2)
  })

  it.each([true, false])(
    'connects to what the given lookup answers, and nowhere else (cache: %s)',
    async (dnsCache) => {
      const { port } = await startServer(listener)
      const asked: string[] = []
      const transport = transportFor({
        dnsCache,
        lookup(hostname, _, callback) {
          asked.push(hostname)
          if (hostname === 'api.example') callback(null, [{ address: '127.0.0.1', family: 4 }])
          else callback(Object.assign(new Error('not there'), { code: 'ENOTFOUND' }), '')
        },
      })
      const [request] = await many(1, transport, `http://api.example:${port}`)
      expect(request?.headers.host).toBe(`api.example:${port}`)
      await expect(transport.fetch(`http://localhost:${port}`)).rejects.toMatchObject({ cause: { code: 'ENOTFOUND' } })
      expect(asked).toEqual(['api.example', 'localhost'])
    },
  )

  it('keeps the name for TLS', async () => {
    const tls = selfSigned()
    const { origin } = await startTlsServer(tls, echo)
    const transport = transportFor({ dnsCache: true, tls: { ca: tls.cert } })
    const { host } = new URL(origin)
    expect((await many(2, transport, origin)).map(({ headers }) => headers.host)).toEqual([host, host])
  })
})

describe('a proxy', () => {
  it('connects to the API, which sees the same request', async () => {
    const tls = selfSigned()
    const api = await startTlsServer(tls, echo)
    const proxy = await startProxy()
    const address = proxy.origin.replace('//', '//ada:pass%20word@')
    const transport = transportFor({ proxy: address, tls: { ca: tls.cert } })
    const request = await seen(transport.fetch(`${api.origin}/x`, { headers: { authorization: 'Bearer token' } }))
    expect(request).toMatchObject({
      url: '/x',
      headers: { host: `localhost:${api.port}`, authorization: 'Bearer token' },
    })
    expect(Object.keys(request.headers).filter((name) => name.startsWith('proxy'))).toEqual([])
    const authorization = `Basic ${Buffer.from('ada:pass word').toString('base64')}`
    expect(proxy.asked).toEqual([{ to: `localhost:${api.port}`, authorization }])
  })

  it('is taken from the environment only if told so, and not for hosts that need none', async () => {
    const api = await startServer(echo)
    const proxy = await startProxy()
    vi.stubEnv('http_proxy', proxy.origin)
    vi.stubEnv('no_proxy', '127.0.0.1')
    onTestFinished(() => void vi.unstubAllEnvs())
    await seen(transportFor().fetch(api.origin))
    expect(proxy.asked).toEqual([])
    const { fetch } = transportFor({ proxy: 'environment' })
    await seen(fetch(api.origin))
    await seen(fetch(`http://127.0.0.1:${api.port}/`))
    expect(proxy.asked.map(({ to }) => to)).toEqual([`localhost:${api.port}`])
  })

  it('that refuses is an error that says so, without its password', async () => {
    const { origin } = await startProxy(407)
    const { fetch } = transportFor({ proxy: origin.replace('//', '//ada:hunter2@') })
    const error: unknown = await fetch('http://api.example.com/').catch((failure: unknown) => failure)
    expect(error).toMatchObject({ cause: { message: expect.stringContaining('407') } })
    expect(JSON.stringify(error) + String(error)).not.toContain('hunter2')
  })
})

describe('a closed transport', () => {
  it('has waited for the answers under way, to their last byte', async () => {
    const finish: (() => void)[] = []
    const { origin } = await startServer((_, to) => {
      to.write('first ')
      finish.push(() => to.end('last'))
    })
    const transport = createNodeTransport()
    const response = await transport.fetch(origin)
    let closed = false
    const closing = transport.close().then(() => (closed = true))
    const late = transport.fetch(origin)
    await expect(late).rejects.toThrow(`The request to ${origin} failed: the transport was closed.`)
    expect(closed).toBe(false)
    finish[0]?.()
    expect(await response.text()).toBe('first last')
    await closing
  })

  it('can be closed again, and is at the end of its scope', async () => {
    const { origin, opened } = await startServer(echo)
    const transport = createNodeTransport()
    await (await transport.fetch(origin)).text()
    await Promise.all([transport[Symbol.asyncDispose](), transport.close()])
    await transport.close()
    expect(opened()).toBe(1)
  })
})

describe('options', () => {
  it.each([
    ['an unknown key', { connection: 5 }],
    ['no connections', { connections: 0 }],
    ['half a connection', { connections: 1.5 }],
    ['http2 that is no flag', { http2: 'yes' }],
    ['a keep-alive of nothing', { keepAliveMs: 0 }],
    ['a connect timeout that never ends', { connectTimeoutMs: Infinity }],
    ['a DNS cache of nothing', { dnsCache: {} }],
    ['a DNS cache that is null', { dnsCache: null }],
    ['a lookup that is no function', { lookup: 'system' }],
    ['a proxy that is no address', { proxy: 'user:hunter2@proxy' }],
    ['a proxy of another kind', { proxy: 'ftp://user:hunter2@proxy' }],
  ])('refuse %s', (_, options) => {
    const create = (): unknown => createNodeTransport(options as object)
    expect(create).toThrow(expect.objectContaining({ code: 'invalid_option' }))
    expect(create).not.toThrow('hunter2')
  })
})
