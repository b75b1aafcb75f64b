import { AuthError, type Store } from '@grantkit/auth-core'
import { createFakeClock } from '@grantkit/auth-core/testing'
import { createMemoryStore } from '@grantkit/auth-core/stores/memory'
import { describe, expect, it } from 'vitest'
import { openBench } from './bench.ts'

/** A store that fails each step, or never answers, as long as it is told to. */
function breakable(store: Store): { readonly store: Store; set(to: 'fine' | 'failing' | 'hanging'): void } {
  let state = 'fine'
  const step = async <T>(run: () => Promise<T>): Promise<T> => {
    if (state === 'failing') throw new AuthError('store_failed', 'The store of this test fails.')
    return await (state === 'hanging' ? new Promise<never>(() => undefined) : run())
  }
  return {
    set(to) {
      state = to
    },
    store: {
      durability: 'crash-safe',
      read: (key) => step(() => store.read(key)),
      write: (key, value, options) => step(() => store.write(key, value, options)),
      remove: (key, options) => step(() => store.remove(key, options)),
      list: (prefix, options) => step(() => store.list(prefix, options)),
    },
  }
}

async function openOutage() {
  const clock = createFakeClock({ wallMs: Date.now() })
  const { store, set } = breakable(createMemoryStore({ clock }))
  const bench = await openBench({ clock, store })
  const { key } = await bench.addTenant('acme')
  const session = await bench.startSession(key, 'acme')
  const use = async (): Promise<number> => (await bench.call('GET', '/me', { token: session })).status
  expect(await use()).toBe(200)
  return { bench, clock, key, set, use }
}

async function problemOf(answer: Promise<Response>): Promise<unknown> {
  const response = await answer
  const { type } = (await response.json()) as { type: string }
  return [response.status, type, response.headers.get('retry-after')]
}

const failed = [503, 'urn:grantkit:problem:store_failed', '1']

describe('while the store fails', () => {
  it('a session that was seen a moment ago goes on with the token in memory, for five seconds', async () => {
    const { bench, clock, set, use } = await openOutage()
    const sent = bench.sent.length
    set('failing')
    await clock.advance(4_999)
    expect(await use()).toBe(200)
    await clock.advance(1)
    expect(await use()).toBe(503)
    expect(bench.sent.length).toBe(sent + 1)
    set('fine')
    expect(await use()).toBe(200)
  })

  it('the five seconds begin anew with each look, which is made behind the requests', async () => {
    const { clock, set, use } = await openOutage()
    await clock.advance(3_000)
    expect(await use()).toBe(200)
    await clock.advance(0)
    set('failing')
    await clock.advance(4_999)
    expect(await use()).toBe(200)
    await clock.advance(1)
    expect(await use()).toBe(503)
  })

  it('the gateway is not ready, lives, and starts nothing new', async () => {
    const { bench, key, set } = await openOutage()
    set('failing')
    expect(await problemOf(bench.call('GET', '/ready'))).toEqual(failed)
    const json = { tenant: 'acme', app: 'goto' }
    expect(await problemOf(bench.call('POST', '/auth/connect', { token: key, json }))).toEqual(failed)
    expect(await problemOf(bench.call('POST', '/tenants/acme/apps/goto/connect', { token: key }))).toEqual(failed)
    expect((await bench.call('GET', '/health')).status).toBe(200)
    set('fine')
    expect((await bench.call('GET', '/ready')).status).toBe(200)
  })

  it('a session ends when its time is over, however long it may be trusted', async () => {
    const clock = createFakeClock({ wallMs: Date.now() })
    const { store, set } = breakable(createMemoryStore({ clock }))
    const bench = await openBench({ clock, store, settings: { trustMs: 3_600_000 } })
    const { key } = await bench.addTenant('acme')
    const token = await bench.startSession(key, 'acme')
    expect((await bench.call('GET', '/me', { token })).status).toBe(200)
    set('failing')
    await clock.advance(299_999)
    expect((await bench.call('GET', '/me', { token })).status).toBe(200)
    await clock.advance(1)
    expect((await bench.call('GET', '/me', { token })).status).toBe(503)
  })
})

describe('while the store does not answer', () => {
  it('a session that was seen a moment ago does not wait for it', async () => {
    const { clock, set, use } = await openOutage()
    set('hanging')
    await clock.advance(4_999)
    expect(await use()).toBe(200)
  })

  it('the gateway says within two seconds that it is not ready', async () => {
    const { bench, clock, set } = await openOutage()
    set('hanging')
    const answer = problemOf(bench.call('GET', '/ready'))
    await clock.advance(2_000)
    expect(await answer).toEqual(failed)
  })
})
