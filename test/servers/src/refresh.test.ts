import { randomUUID } from 'node:crypto'
import { clientCredentials, clientSecretBasic, createAuthClient, defineProvider, type Fetch } from '@grantkit/auth-core'
import type { AuthClient, Clock, Provider, Store } from '@grantkit/auth-core'
import { createPostgresStore, postgresSchema } from '@grantkit/auth-core/stores/postgres'
import { createRedisStore, type RedisStoreOptions } from '@grantkit/auth-core/stores/redis'
import { shiftedStore } from '@grantkit/auth-core/testing'
import { createSandbox } from '@grantkit/sandbox'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createPool } from './postgres-clients.ts'
import { startPostgres } from './postgres-server.ts'
import { redisClients } from './redis-clients.ts'
import { startRedis } from './redis-server.ts'

const origin = 'https://login.example.com'
const provider: Provider = defineProvider({
  id: 'example',
  issuer: origin,
  endpoints: { token: `${origin}/oauth/token` },
  clientAuthentication: ['client_secret_basic'],
  audience: ['https://api.example.com'],
  rotation: 'none',
})
const createProvider = () =>
  createSandbox({ clients: [{ id: 'robot', secret: 'robot-secret', grantTypes: ['client_credentials'] }] })

function clientOn(store: Store, fetch: Fetch, clock = clockAt(() => 0)): AuthClient {
  const authentication = clientSecretBasic('robot-secret')
  return createAuthClient({ provider, clientId: 'robot', authentication, store, fetch, clock })
}

/** The real clock, moved. */
function clockAt(offsetMs: () => number): Clock {
  return {
    wallMs: () => Date.now() + offsetMs(),
    monotonicMs: () => performance.now() + offsetMs(),
    setTimer(run, delayMs) {
      const timer = setTimeout(run, delayMs)
      return () => clearTimeout(timer)
    },
  }
}

describe('refreshing on a pool of 5 connections', () => {
  it('holds none of them while 100 providers take their time', async () => {
    const server = await startPostgres()
    const pool = createPool({ port: server.port, max: 5 })
    onTestFinished(async () => {
      await pool.end()
      await server.remove()
    })
    await pool.query(postgresSchema())
    const sandbox = createProvider()
    let slow = 0
    let gate: Promise<void> | undefined
    const auth = clientOn(
      createPostgresStore({ query: (text, values) => pool.query(text, values) }),
      async (...call) => {
        slow++
        await gate
        return sandbox.fetch(new Request(...call))
      },
    )
    const accounts = Array.from({ length: 100 }, (_, at) => `account ${at}`)
    const connections = await Promise.all(accounts.map((account) => auth.connect(account, clientCredentials())))

    const { promise, resolve: answer } = Promise.withResolvers<void>()
    gate = promise
    slow = 0
    const refreshes = connections.map((connection) => connection.refresh())
    await expect.poll(() => slow, { timeout: 20_000 }).toBe(100)
    // All 100 requests are out, every grant is claimed, and nobody holds or waits for a connection.
    expect({ held: pool.totalCount - pool.idleCount, waiting: pool.waitingCount }).toEqual({ held: 0, waiting: 0 })
    const { rows } = await pool.query(`SELECT count(*)::int AS open FROM pg_stat_activity WHERE xact_start < now()`)
    expect(rows).toEqual([{ open: 0 }])
    const states = await Promise.all(connections.map((connection) => connection.status()))
    expect(states.every(({ state }) => state === 'claimed')).toBe(true)
    expect(slow).toBe(100)

    answer()
    await Promise.all(refreshes)
    expect(sandbox.control.ledger.summary().tokenRequests).toBe(100)
  })
})

type Subscribe = NonNullable<RedisStoreOptions['subscribe']>

describe('refreshing on Redis with notices that cannot be trusted', () => {
  const buses: Readonly<Record<string, (subscribe: Subscribe) => Subscribe>> = {
    'drops every notice': () => () => undefined,
    'doubles every notice': (subscribe) => (channel, onMessage) =>
      subscribe(channel, (message) => {
        onMessage(message)
        onMessage(message)
      }),
    'delays every notice, and turns their order': (subscribe) => (channel, onMessage) => {
      let waiting: string[] = []
      return subscribe(channel, (message) => {
        waiting.push(message)
        if (waiting.length < 3) return
        for (const late of waiting.toReversed()) onMessage(late)
        waiting = []
      })
    },
    'invents notices': (subscribe) => (channel, onMessage) =>
      subscribe(channel, (message) => {
        for (const made of ['', 'grant/other', message, message.slice(1)]) onMessage(made)
      }),
    'cannot subscribe': () => () => Promise.reject(new Error('no subscriptions here')),
  }

  it.for(Object.entries(buses))('gives all callers the one new token, with a bus that %s', async ([, distort]) => {
    const server = await startRedis({ appendfsync: 'no' })
    const links = await Promise.all([1, 2, 3].map(() => redisClients['ioredis']!(server.port)))
    onTestFinished(async () => {
      await Promise.all(links.map((link) => link.close()))
      await server.remove()
    })
    const sandbox = createProvider()
    let nowOffsetMs = 0
    const account = randomUUID()
    const clients = links.map(({ sendCommand, subscribe }) => {
      const store = createRedisStore({ sendCommand, subscribe: distort(subscribe!) })
      const offsetMs = (): number => nowOffsetMs
      const send: Fetch = (...call) => sandbox.fetch(new Request(...call))
      return clientOn(shiftedStore(store, { nowOffsetMs: offsetMs }), send, clockAt(offsetMs))
    })
    await clients[0]!.connect(account, clientCredentials())
    for (let round = 1; round <= 3; round++) {
      sandbox.control.clock.advance(7_200_000)
      nowOffsetMs += 7_200_000
      const callers = clients.flatMap((client) => Array.from({ length: 20 }, () => client.connection(account)))
      const tokens = await Promise.all(callers.map((connection) => connection.accessToken()))
      expect(new Set(tokens.map(({ value }) => value)).size).toBe(1)
      expect(sandbox.control.ledger.summary().tokenRequests).toBe(round)
    }
  })
})
