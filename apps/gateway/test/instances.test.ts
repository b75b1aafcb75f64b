import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { LookupFunction, AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { createNodeTransport } from '@grantkit/node-transport'
import { wasNeverSent } from '@grantkit/auth-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { knownHosts } from '../src/instance/known-hosts.ts'
import { createPublicLookup } from '../src/instance/public-lookup.ts'
import { openBench, type Bench } from './bench.ts'

const instance = 'https://acme.carthooks.example'
const client = { provider: 'carthooks', client_id: 'dvc-sandbox', client_secret: 'dvs-sandbox' }

async function putApp(bench: Bench, more: Record<string, unknown>): Promise<Response> {
  await bench.call('PUT', '/tenants/acme', { token: bench.operator, json: {} })
  return await bench.call('PUT', '/tenants/acme/apps/carthooks', {
    token: bench.operator,
    json: { ...client, ...more },
  })
}

/** The vendor at its usual address, for an instance of it. */
const playInstance: Parameters<typeof openBench>[0] = {
  fetch: (next) => (input, init) => {
    const request = new Request(input, init)
    const url = request.url.replace(`${instance}/open/api`, 'https://api.carthooks.com')
    const { method, headers } = request
    return next(new Request(url, { method, headers, body: request.body, duplex: 'half' } as RequestInit))
  },
}

describe('an app with an instance of its own', () => {
  it('gets its tokens there, and its requests go there', async () => {
    const bench = await openBench(playInstance)
    const made = await putApp(bench, { base_url: instance })
    expect(await made.json()).toMatchObject({ base_url: instance })
    const grant = { token: bench.operator, json: { client_credentials: true } }
    expect((await bench.call('PUT', '/tenants/acme/apps/carthooks/grant', grant)).status).toBe(200)
    const session = await bench.startSession(bench.operator, 'acme', 'carthooks')
    expect((await bench.call('GET', '/carthooks-proxy/v1/me', { token: session })).status).toBe(200)
    expect(new Set(bench.sent.map(({ url }) => url))).toEqual(
      new Set([`${instance}/open/api/oauth/token`, `${instance}/open/api/v1/me`]),
    )
  })

  it('keeps the grants of two instances apart', async () => {
    const bench = await openBench(playInstance)
    await putApp(bench, { base_url: instance })
    const grant = { token: bench.operator, json: { client_credentials: true } }
    await bench.call('PUT', '/tenants/acme/apps/carthooks/grant', grant)
    await putApp(bench, { base_url: 'https://other.carthooks.example' })
    const session = await bench.startSession(bench.operator, 'acme', 'carthooks')
    expect((await bench.call('GET', '/carthooks-proxy/v1/me', { token: session })).status).toBe(404)
    expect(bench.sent.filter(({ url }) => url.includes('other'))).toEqual([])
  })

  it.each([
    ['http://acme.carthooks.example', 'https://'],
    ['https://127.0.0.1', 'not an address'],
    ['https://localhost', 'internet'],
    ['unix:/var/run/docker.sock', 'https://'],
  ])('cannot have it at %s', async (url, words) => {
    const bench = await openBench()
    const answer = await putApp(bench, { base_url: url })
    expect(answer.status).toBe(422)
    expect(((await answer.json()) as { detail: string }).detail).toContain(words)
  })

  it('can have it on this machine beside a sandbox alone', async () => {
    const url = 'http://127.0.0.1:4747'
    expect((await putApp(await openBench(), { base_url: url })).status).toBe(422)
    const bench = await openBench({ settings: { sandbox: 'http://127.0.0.1:4747' } })
    expect((await putApp(bench, { base_url: url })).status).toBe(200)
  })

  it('is of Carthooks', async () => {
    const bench = await openBench()
    const answer = await putApp(bench, { provider: 'goto', base_url: 'https://api.example.com' })
    expect([answer.status, ((await answer.json()) as { detail: string }).detail]).toEqual([
      422,
      'base_url: is for Carthooks alone',
    ])
  })
})

describe('the name of an instance', () => {
  let server: Server
  let arrived = 0

  beforeEach(async () => {
    arrived = 0
    server = createServer((_, response) => {
      arrived += 1
      response.end('inside')
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  afterEach(() => void server.close())

  /** A resolver with an answer for each time it is asked. */
  function answers(...each: string[][]): LookupFunction {
    let asked = 0
    return (_, __, callback) => {
      const found = each[Math.min(asked++, each.length - 1)] ?? []
      callback(
        null,
        found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      )
    }
  }
  const open = (lookup: LookupFunction, exempt: readonly string[] = []) =>
    createNodeTransport({ lookup: createPublicLookup(lookup, new Set(exempt)), dnsCache: false, connectTimeoutMs: 500 })
  const address = (): string => `http://inside.example:${(server.address() as AddressInfo).port}/`

  it.each([
    ['leads inside', ['127.0.0.1']],
    ['leads inside, too', ['1.1.1.1', '127.0.0.1']],
    ['leads inside by IPv6', ['::ffff:127.0.0.1']],
    ['leads nowhere', []],
  ])('that %s is not connected to', async (_, found) => {
    await using transport = open(answers(found))
    const error: unknown = await transport.fetch(address()).catch((thrown: unknown) => thrown)
    expect([arrived, wasNeverSent(error)]).toEqual([0, true])
  })

  it('that leads inside at a second look is not connected to then', async () => {
    const look = promisify(createPublicLookup(answers(['1.1.1.1'], ['127.0.0.1']), new Set())) as (
      hostname: string,
      options: { all: true },
    ) => Promise<{ address: string }[]>
    expect(await look('inside.example', { all: true })).toMatchObject([{ address: '1.1.1.1' }])
    await expect(look('inside.example', { all: true })).rejects.toMatchObject({ code: 'ENOTFOUND' })
  })

  it('may lead anywhere if it is ours', async () => {
    await using transport = open(answers(['127.0.0.1']), ['inside.example'])
    expect(await (await transport.fetch(address())).text()).toBe('inside')
    expect([...knownHosts(undefined)]).toEqual(expect.arrayContaining(['api.goto.com', 'oauth2.googleapis.com']))
    expect(knownHosts(undefined)).not.toContain('localhost')
  })
})
