import { describe, expect, it } from 'vitest'
import { createBench, exampleKey, exampleProvider, rejection, tokenAnswer } from '../test/bench.ts'
import {
  clientCredentials,
  clientSecretBasic,
  clientSecretPost,
  noClientSecret,
  refreshToken,
  type Store,
} from './index.ts'
import { faultyStore, type FaultyStore } from './testing/index.ts'

describe('connection', () => {
  it('is the same object for the same account, and touches nothing until it is used', async () => {
    const bench = createBench([])
    expect(bench.client.connection('ada')).toBe(bench.connection)
    expect(bench.client.connection('bob')).not.toBe(bench.connection)
    expect(bench.connection).toMatchObject({ account: 'ada', audience: ['https://api.example.com'] })
    expect((await bench.store.list('')).keys).toEqual([])
  })

  it.each(['', '\ud800'])('refuses the account name %j', (name) => {
    const { client } = createBench([])
    expect(() => client.connection(name)).toThrow(expect.objectContaining({ code: 'invalid_account' }))
  })

  it('keeps accounts apart whose names look alike', async () => {
    const bench = createBench([tokenAnswer({ access_token: 'at-a' }), tokenAnswer({ access_token: 'at-b' })])
    const names = ['a/b', 'a%2Fb']
    for (const name of names) await bench.client.connect(name, clientCredentials())
    const tokens: string[] = []
    for (const name of names) tokens.push((await bench.run(bench.client.connection(name).accessToken())).value)
    expect(tokens).toEqual(['at-a', 'at-b'])
  })
})

describe('a client id that is registered at two instances of one vendor', () => {
  it('names two grants: neither is used, refreshed or ended for the other', async () => {
    const bench = createBench([tokenAnswer({ access_token: 'at-one' }), tokenAnswer({ access_token: 'at-two' })])
    const two = bench.another({
      provider: exampleProvider({
        issuer: 'https://two.example.com',
        endpoints: { token: 'https://two.example.com/token' },
        audience: ['https://api.two.example.com'],
      }),
    })
    await bench.client.connect('ada', clientCredentials())
    await bench.run(bench.connection.accessToken())
    expect(await rejection(two.connection.accessToken())).toMatchObject({ code: 'not_connected' })

    await two.client.connect('ada', clientCredentials())
    expect((await bench.run(two.connection.accessToken())).value).toBe('at-two')
    await two.connection.disconnect()
    expect((await bench.connection.accessToken()).value).toBe('at-one')
    expect(bench.fetch.requests.map(({ url }) => new URL(url).host)).toEqual(['auth.example.com', 'two.example.com'])
  })
})

describe('connect with client credentials', () => {
  it('again changes nothing, in whatever order its options are written', async () => {
    const bench = createBench([tokenAnswer()])
    const parameters = { audience: 'x' }
    await bench.client.connect('ada', clientCredentials({ scopes: ['a'], parameters }))
    await bench.run(bench.connection.accessToken())
    const before = await bench.record()
    await bench.another().client.connect('ada', clientCredentials({ parameters, scopes: ['a'] }))
    expect(await bench.record()).toEqual(before)
  })

  it('with other scopes starts anew', async () => {
    const bench = createBench([tokenAnswer(), tokenAnswer({ access_token: 'at-2' })])
    await bench.client.connect('ada', clientCredentials({ scopes: ['a'] }))
    await bench.run(bench.connection.accessToken())
    await bench.client.connect('ada', clientCredentials({ scopes: ['a', 'b'] }))
    expect((await bench.run(bench.connection.accessToken())).value).toBe('at-2')
    expect(bench.fetch.requests.map(({ body }) => new URLSearchParams(body).get('scope'))).toEqual(['a', 'a b'])
  })

  it('sends its parameters, and grants what was asked for when the answer names no scope', async () => {
    const bench = createBench([tokenAnswer()])
    await bench.client.connect(
      'ada',
      clientCredentials({ scopes: ['a', 'b'], parameters: { audience: 'https://x.example.com/' } }),
    )
    expect((await bench.run(bench.connection.accessToken())).scopes).toEqual(['a', 'b'])
    expect(Object.fromEntries(new URLSearchParams(bench.fetch.requests[0]?.body))).toEqual({
      grant_type: 'client_credentials',
      scope: 'a b',
      audience: 'https://x.example.com/',
    })
  })

  it('refuses an option that does not exist', () => {
    expect(() => clientCredentials({ scope: 'a' } as never)).toThrow(
      expect.objectContaining({ code: 'invalid_option' }),
    )
  })

  it('fails with the error of the store, and can be repeated', async () => {
    let store!: FaultyStore
    const bench = createBench([], { store: (memory: Store) => (store = faultyStore(memory)) })
    store.fault({ step: 'write', effect: 'throw', times: 1_000, error: new Error('disk full') })
    expect(await rejection(bench.run(bench.client.connect('ada', clientCredentials())))).toMatchObject({
      code: 'store_failed',
      retryable: true,
      cause: { message: 'disk full' },
    })
  })

  it('tells of it once, also when the store has written and says it failed', async () => {
    let store!: FaultyStore
    const bench = createBench([], { store: (memory: Store) => (store = faultyStore(memory)) })
    store.fault({ step: 'write', effect: 'apply-then-throw' })
    await bench.run(bench.client.connect('ada', clientCredentials()))
    await bench.run(bench.client.connect('ada', clientCredentials()))
    expect(bench.events.map(({ type }) => type)).toEqual(['connected'])
  })

  it('does not take the place of a grant that was installed while its own write was interrupted', async () => {
    let store!: FaultyStore
    const bench = createBench([], { store: (memory: Store) => (store = faultyStore(memory)) })
    const connect = (scope: string) => bench.client.connect('ada', clientCredentials({ scopes: [scope] }))
    store.fault({ step: 'write', effect: 'apply-then-throw', after: () => connect('second') })
    await bench.run(connect('first'))
    expect((await bench.record()).renewal).toMatchObject({ scopes: ['second'] })
  })

  it('leaves a damaged or newer value of the store alone', async () => {
    for (const [value, code] of [
      ['{"v":1,"lineage":"x"', 'store_value_invalid'],
      ['not JSON', 'store_value_invalid'],
      ['{"v":2}', 'store_value_newer'],
    ] as const) {
      const bench = createBench([])
      await bench.store.write(exampleKey('ada'), value, { ifVersion: null })
      const calls: (() => Promise<unknown>)[] = [
        () => bench.client.connect('ada', clientCredentials()),
        () => bench.connection.accessToken(),
        () => bench.connection.refresh(),
        () => bench.connection.status(),
        () => bench.connection.exportTokens(),
        () => bench.connection.disconnect(),
      ]
      for (const call of calls) {
        expect(await rejection(bench.run(call()))).toMatchObject({ code, retryable: false, action: 'fix-config' })
      }
      expect((await bench.store.read(exampleKey('ada'))).entry?.value).toBe(value)
      bench.fetch.assertDone()
    }
  })
})

describe('client authentication', () => {
  it('form-encodes id and secret before Basic', async () => {
    const bench = createBench([tokenAnswer()])
    const odd = { clientId: 'id:%+ü', authentication: clientSecretBasic('s:%+ü ~') }
    const connection = await bench.another(odd).client.connect('ada', clientCredentials())
    await bench.run(connection.accessToken())
    const [id, secret] = atob(bench.fetch.requests[0]?.headers.get('authorization')?.slice(6) ?? '').split(':')
    const decode = (text = '') => decodeURIComponent(text.replaceAll('+', ' '))
    expect([decode(id), decode(secret)]).toEqual(['id:%+ü', 's:%+ü ~'])
  })

  it('sends a secret in the body, or none at all', async () => {
    for (const [authentication, body] of [
      [clientSecretPost('s:%+ü'), 'client_id=client-1&client_secret=s%3A%25%2B%C3%BC'],
      [noClientSecret(), 'client_id=client-1'],
    ] as const) {
      const bench = createBench([tokenAnswer()], { options: { authentication } })
      await bench.client.connect('ada', refreshToken('rt-0'))
      await bench.run(bench.connection.accessToken())
      const [request] = bench.fetch.requests
      expect(request?.headers.get('authorization')).toBeNull()
      expect(request?.body).toContain(body)
      expect(request?.url).toBe('https://auth.example.com/token')
    }
  })
})
