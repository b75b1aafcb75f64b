import { describe, expect, it } from 'vitest'
import { deferred, exampleProvider, rejection, tokenAnswer } from '../test/bench.ts'
import { openAccount } from './account.ts'
import { createAuthContext } from './auth-context.ts'
import type { StandingGrant } from './grants/grant.ts'
import { vendorGrant } from './grants/vendor-grant.ts'
import { clientCredentials, clientSecretBasic, type AuthClientOptions } from './index.ts'
import { createMemoryStore } from './stores/memory.ts'
import { createFakeClock, faultyStore, scriptedFetch, type ScriptedAnswer } from './testing/index.ts'

const robot = clientCredentials() as StandingGrant

function open(script: ScriptedAnswer[] = [], options: Partial<AuthClientOptions> = {}) {
  const clock = createFakeClock()
  const store = faultyStore(createMemoryStore({ clock }))
  const context = createAuthContext({
    provider: exampleProvider({ rotation: 'none' }),
    clientId: 'client-1',
    authentication: clientSecretBasic('client-secret'),
    store,
    fetch: scriptedFetch(script),
    clock,
    ...options,
  })
  let holds = 0
  const client = { assertOpen: () => undefined, hold: () => void (holds += 1) }
  const account = openAccount(context, 'ada', 'grant/ada', client)
  return { account, connection: account.connection, clock, store, holds: () => holds }
}

describe('an account has nothing to do', () => {
  it('until it is used, and after each use', async () => {
    const { account, connection } = open([tokenAnswer()])
    expect(account.isIdle()).toBe(true)
    await account.connect(robot)
    await connection.accessToken()
    expect(account.isIdle()).toBe(true)
  })

  it('but not while an answer is under way', async () => {
    const answer = deferred<Response>()
    const { account, connection, clock } = open([() => answer.promise])
    await account.connect(robot)
    const token = connection.accessToken()
    await clock.advance(0)
    expect(account.isIdle()).toBe(false)
    answer.resolve(tokenAnswer())
    await token
    expect(account.isIdle()).toBe(true)
  })

  it('but not while a late answer is listened for', async () => {
    const { account, connection, clock } = open([() => new Promise<Response>(() => undefined)])
    await account.connect(robot)
    const failed = rejection(connection.accessToken())
    await clock.advance(30_000)
    await failed
    expect(account.isIdle()).toBe(false)
    await clock.advance(55_000)
    expect(account.isIdle()).toBe(true)
  })

  it('but not while the store refuses new tokens', async () => {
    const { account, connection, clock, store } = open([
      () => {
        store.fault({ step: 'write', effect: 'throw', times: 30 })
        return tokenAnswer()
      },
    ])
    await account.connect(robot)
    const token = connection.accessToken()
    await clock.advance(5_000)
    await token
    expect(account.isIdle()).toBe(false)
    await clock.advance(60_000)
    expect(account.isIdle()).toBe(true)
  })

  it('but not while somebody listens, or the app has given it what nobody stores', async () => {
    const { account, connection } = open()
    const stop = connection.onChange(() => undefined)
    expect(account.isIdle()).toBe(false)
    stop()
    expect(account.isIdle()).toBe(true)
    await account.connect(vendorGrant({ name: 'v', grantType: 'g', parameter: 'p', token: 't' }))
    expect(account.isIdle()).toBe(false)
  })

  it('but not before the hook for new tokens has worked', async () => {
    let fails = true
    const { account, connection, clock } = open([tokenAnswer()], {
      onTokenRefresh: async () => {
        if (fails) throw new Error('not yet')
      },
    })
    await account.connect(robot)
    await connection.accessToken()
    expect(account.isIdle()).toBe(false)
    fails = false
    await clock.advance(1_000)
    expect(account.isIdle()).toBe(true)
  })
})

it('each use of a connection keeps what is behind it', async () => {
  const { account, connection, holds } = open([tokenAnswer(), tokenAnswer(), tokenAnswer(), tokenAnswer()])
  await account.connect(robot)
  const uses: (() => unknown)[] = [
    () => connection.accessToken(),
    () => connection.refresh(),
    () => connection.status(),
    () => connection.exportTokens(),
    () => connection.onChange(() => undefined),
    () => connection.disconnect(),
  ]
  for (const [index, use] of uses.entries()) {
    await use()
    expect(holds()).toBe(index + 1)
  }
})
