import { describe, expect, it } from 'vitest'
import { readEnvironment } from './env.ts'

describe('readEnvironment', () => {
  it('needs nothing: loopback, port 8078, a sqlite file, a key that may be made', () => {
    expect(readEnvironment({})).toEqual({
      settings: {
        publicUrl: 'http://127.0.0.1:8078',
        sessionMs: 300_000,
        sessionIdleMs: 300_000,
        trustMs: 5_000,
        upstreamTimeoutMs: 60_000,
        idleMs: 120_000,
        totalMs: 3_600_000,
        requestsPerSecond: { key: 200, tenant: 200, session: 100, connection: 200, provider: 1000 },
        sessionsPerKey: 5000,
        auditMs: 7_776_000_000,
        trustedProxies: [],
        sessionInQuery: false,
      },
      host: '127.0.0.1',
      port: 8078,
      connectTimeoutMs: 10_000,
      storeUrl: 'sqlite:.grantkit-gateway/gateway.sqlite',
      keys: { file: '.grantkit-gateway/keys', mayCreate: true },
      logLevel: 'info',
    })
  })

  it('understands the Redis variables of the first gateway', () => {
    expect(readEnvironment({ REDIS_HOST: 'redis' }).storeUrl).toBe('redis://redis:6379/0')
    expect(readEnvironment({ REDIS_HOST: 'redis', REDIS_PORT: '6380', REDIS_DB: '2' }).storeUrl).toBe(
      'redis://redis:6380/2',
    )
    expect(readEnvironment({ REDIS_HOST: 'redis', GATEWAY_STORE: 'postgres://db/x' }).storeUrl).toBe('postgres://db/x')
  })

  it('reads a list of proxies, parted by commas or blanks', () => {
    const { settings } = readEnvironment({ GATEWAY_TRUSTED_PROXIES: '10.0.0.0/8, ::1 192.0.2.7' })
    expect(settings.trustedProxies).toEqual(['10.0.0.0/8', '::1', '192.0.2.7'])
  })

  it('takes an empty variable for an absent one', () => {
    expect(readEnvironment({ GATEWAY_PORT: '', REDIS_HOST: ' ', GATEWAY_KEYS: '' })).toEqual(readEnvironment({}))
  })

  it('names all faults at once, and quotes no secret', () => {
    const faulty = {
      NODE_ENV: 'production',
      GATEWAY_PORT: '80 80',
      GATEWAY_STORE: 'mysql://root:hunter2@db/x',
      GATEWAY_PUBLIC_URL: 'gateway.example.com',
      GATEWAY_SESSION_IN_QUERY: 'yes',
      GATEWAY_ANONYMOUS_KEY: 'hunter2',
      GRANTKIT_SANDBOX: 'https://api.example.com',
      LOG_LEVEL: 'loud',
      GATEWAY_SESSION_SECONDS: '1',
      GATEWAY_TRUSTED_PROXIES: '10.0.0.0/8 front.example.com',
    }
    let message = ''
    try {
      readEnvironment(faulty)
    } catch (error) {
      message = (error as Error).message
    }
    for (const name of Object.keys(faulty).slice(1)) expect(message).toContain(name)
    expect(message).toContain('GATEWAY_KEYS')
    expect(message).not.toContain('hunter2')
  })
})
