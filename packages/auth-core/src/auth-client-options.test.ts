import { describe, expect, it } from 'vitest'
import { exampleProvider } from '../test/bench.ts'
import {
  clientSecretBasic,
  createAuthClient,
  defaultTimes,
  isAuthError,
  noClientSecret,
  type AuthClientOptions,
} from './index.ts'
import { spillTo } from './spill.ts'
import { createMemoryStore } from './stores/memory.ts'
import { scriptedFetch } from './testing/index.ts'

const fetch = scriptedFetch([])
const good: AuthClientOptions = {
  provider: exampleProvider(),
  clientId: 'client-1',
  store: createMemoryStore(),
  volatile: 'accept',
  fetch,
}

function failure(change: object): { code?: string; message: string } {
  try {
    createAuthClient({ ...good, ...change } as AuthClientOptions)
    return { message: 'worked' }
  } catch (error) {
    return isAuthError(error) ? { code: error.code, message: error.message } : { message: String(error) }
  }
}

describe('createAuthClient', () => {
  it('takes the least that it needs', () => {
    expect(failure({}).message).toBe('worked')
  })

  it.each(['', '   ', undefined, 7])('refuses %j as client id', (clientId) => {
    expect(failure({ clientId }).code).toBe('missing_client_id')
  })

  it('refuses an option that does not exist, and names those that do', () => {
    const { code, message } = failure({ cliendId: 'x' })
    expect(code).toBe('invalid_option')
    expect(message).toContain('"cliendId"')
    expect(message).toContain('clientId')
  })

  it.each([
    ['that break the inequality', { sendMs: 20_000, requestMs: 20_000, saveMs: 5_000 }],
    ['that just break it', { claimMs: defaultTimes.sendMs + defaultTimes.requestMs + defaultTimes.saveMs }],
    ['that are negative', { quietMs: -1 }],
    ['that are no numbers', { quietMs: Number.NaN }],
    ['that are text', { quietMs: '5' }],
    ['without end', { claimMs: Infinity }],
  ])('refuses times %s', (_what, times) => {
    expect(failure({ times }).code).toBe('invalid_times')
  })

  it('refuses a spill that is the store itself, or a bare store', () => {
    const { store } = good
    const durable = { ...createMemoryStore(), durability: 'durable' } as const
    expect(failure({ spill: spillTo(durable) }).message).toBe('worked')
    for (const spill of [spillTo(store, { volatile: 'accept' }), durable, null, 'file']) {
      expect(failure({ spill })).toMatchObject({ code: 'invalid_option', message: expect.stringContaining('spillTo') })
    }
  })

  it('refuses a time that does not exist', () => {
    expect(failure({ times: { claim: 1 } }).code).toBe('invalid_option')
  })

  it('refuses a store that forgets with a provider that rotates, or may', () => {
    for (const rotation of ['strict', 'unknown', { graceSeconds: 30, uses: 1 }] as const) {
      const provider = exampleProvider({ rotation })
      expect(failure({ provider, volatile: undefined }).code).toBe('volatile_store')
      expect(failure({ provider, volatile: 'accept' }).message).toBe('worked')
      expect(failure({ provider, volatile: undefined, onTokenRefresh: async () => undefined }).message).toBe('worked')
      const store = { ...createMemoryStore(), durability: 'crash-safe' }
      expect(failure({ provider, volatile: undefined, store }).message).toBe('worked')
    }
    expect(failure({ provider: exampleProvider({ rotation: 'none' }), volatile: undefined }).message).toBe('worked')
  })

  it('refuses a way of authentication that the provider does not take', () => {
    const provider = exampleProvider({ clientAuthentication: ['client_secret_post'] })
    for (const authentication of [undefined, noClientSecret(), clientSecretBasic('a-secret')]) {
      expect(failure({ provider, authentication }).code).toBe('invalid_option')
    }
  })

  it('refuses a provider that was not checked, or was changed since', () => {
    const provider = exampleProvider()
    for (const forged of [
      undefined,
      null,
      {},
      { ...provider },
      { ...provider, audience: ['https://evil.example.net'] },
    ]) {
      expect(failure({ provider: forged }).code).toBe('invalid_option')
    }
  })

  it('refuses to go without a store', () => {
    for (const store of [undefined, null, 'sqlite']) expect(failure({ store }).code).toBe('invalid_option')
  })

  it('refuses an empty client secret', () => {
    expect(() => clientSecretBasic('')).toThrow(expect.objectContaining({ code: 'invalid_option' }))
  })

  it('has sent nothing for any of them', () => {
    expect(fetch.requests).toEqual([])
  })
})
