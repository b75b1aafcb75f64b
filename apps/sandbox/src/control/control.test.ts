import { request } from 'node:http'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createSandbox, type Sandbox } from '../sandbox.ts'
import { listen } from '../listen.ts'
import { accountKey, post, refresh, signIn, startMs } from '../../test/play-client.ts'
import { connectControl, type RemoteControl } from './connect-control.ts'
import { controlNames } from './control-routes.ts'

let sandbox: Sandbox
let origin: string
let remote: RemoteControl

beforeEach(async () => {
  sandbox = createSandbox({ startMs })
  origin = (await listen(sandbox)).origin
  remote = connectControl(origin)
})
afterEach(() => sandbox.close())

describe('control from another process', () => {
  test('moves the clock, the faults, the clients, the accounts and the state as in this one', async () => {
    expect(await remote.clock.advance(5)).toBe(startMs + 5)
    expect(await remote.clock.nowMs()).toBe(sandbox.control.clock.nowMs())

    const id = await remote.faults.add({ match: { kind: 'api' }, type: 'server_error', times: 3 })
    expect(await remote.faults.pending()).toEqual(sandbox.control.faults.pending())
    await remote.faults.clear(id)
    expect(sandbox.control.faults.pending()).toEqual([])

    await remote.clients.add({ id: 'more', secret: 'm' })
    expect((await remote.clients.list()).at(-1)).toEqual({ id: 'more' })
    expect(await remote.clients.list()).toEqual(sandbox.control.clients.list())
    await remote.accounts.add({ accountKey: '42', principal: 'grace.example@example.com' })
    expect((await remote.accounts.list()).at(-1)).toMatchObject({ accountKey: '42' })
    expect((await remote.voice.addExtensions({ count: 3, accountKey: '42' })).ids).toHaveLength(3)
    expect((await remote.voice.addCallQueues({ count: 2 })).ids).toHaveLength(2)
    expect((await remote.voice.snapshot('42')).extensions).toHaveLength(25)
    expect((await remote.voice.snapshot()).callQueues).toHaveLength(11)

    const tokens = await signIn(sandbox)
    expect(await remote.setRotation({ rotation: 'strict', clientId: 'sandbox-client' })).toBe('strict')
    expect((await refresh(sandbox, tokens.refresh)).refresh).not.toBe('')
    expect(await remote.grants.list()).toEqual(sandbox.control.grants.list())
    expect(await remote.expireAccessTokens({ account: accountKey })).toBe(2)
    expect(await remote.revokeGrant()).toBe(1)
    expect(await remote.ledger.entries()).toEqual(sandbox.control.ledger.entries())
    expect(await remote.ledger.summary()).toEqual(sandbox.control.ledger.summary())
    await remote.reset()
    expect(sandbox.control.accounts.list().map((account) => account.accountKey)).not.toContain('42')
  })

  test('waits for a call, releases it, and leaves no trace in the ledger itself', async () => {
    const { access, refresh: token } = await signIn(sandbox)
    expect(access).not.toBe('')
    const id = await remote.faults.add({ match: { kind: 'token' }, hold: true })
    const [entry, answer] = await Promise.all([
      remote.ledger.waitFor({ stage: 'held' }).then(async (held) => {
        await remote.faults.release(id)
        return held
      }),
      refresh(sandbox, token),
    ])
    expect(entry).toMatchObject({ operation: 'token', processed: true })
    expect(answer.status).toBe(200)
    expect(sandbox.control.ledger.entries()).toHaveLength(4)
  })

  test('fails with the code that the control has for it', async () => {
    const wrong = remote.faults.add({ match: { operation: 'nothing' }, type: 'lost' })
    await expect(wrong).rejects.toMatchObject({ code: 'fault_matches_nothing' })
    await expect(remote.clock.advance(-1)).rejects.toMatchObject({ code: 'invalid_option' })
    await expect(remote.ledger.waitFor({ kind: 'token' }, 50)).rejects.toMatchObject({ code: 'wait_timeout' })
    await expect(connectControl('http://127.0.0.1:1').reset()).rejects.toMatchObject({ code: 'control_failed' })
  })
})

describe('control over HTTP', () => {
  const summary = () => `${origin}/__sandbox/ledger/summary`

  test('is read with a plain GET and lists what there is', async () => {
    expect(await (await fetch(summary())).json()).toMatchObject({ calls: 0 })
    const overview = (await (await fetch(`${origin}/__sandbox/`)).json()) as { methods: string[] }
    expect(overview.methods).toEqual(controlNames)
  })

  test.each([
    ['GET', 'reset', 405],
    ['POST', 'nothing', 404],
    ['POST', 'constructor', 404],
    ['GET', '../oauth/token', 404],
  ])('%s %s is answered %d', async (method, name, status) => {
    expect((await fetch(`${origin}/__sandbox/${name}`, { method })).status).toBe(status)
  })

  test('refuses an argument that is no JSON, and one that is too large', async () => {
    for (const body of ['{', 'x'.repeat(2_000_000)]) {
      const response = await fetch(`${origin}/__sandbox/faults/add`, { method: 'POST', body })
      expect(response.status).toBe(400)
      expect(await response.json()).toMatchObject({ code: 'invalid_option' })
    }
  })

  test.each<[string, Record<string, string>]>([
    ['another page', { origin: 'https://evil.example.com' }],
    ['a page in a sandboxed frame', { origin: 'null' }],
    ['another port of this computer', { origin: 'http://127.0.0.1:1' }],
    ['a page that sends no origin', { 'sec-fetch-site': 'cross-site' }],
  ])('refuses %s', async (_, headers) => {
    expect((await sandbox.fetch(summary(), { headers })).status).toBe(403)
  })

  test('refuses strangers the stream and the page, too', async () => {
    for (const name of ['ledger/stream', 'inspector/', 'inspector/inspector.js', 'grants/list']) {
      const headers = { 'sec-fetch-site': 'cross-site' }
      expect((await sandbox.fetch(`http://127.0.0.1/__sandbox/${name}`, { headers })).status).toBe(403)
      expect((await sandbox.fetch(`http://evil.example.com/__sandbox/${name}`)).status).toBe(403)
    }
  })

  test('goes by the Host header, which a name that was bound anew to loopback still has', async () => {
    const { port } = new URL(origin)
    const ask = (host: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        const path = '/__sandbox/reset'
        const sent = request({ host: '127.0.0.1', port, path, method: 'POST', headers: { host } }, (response) => {
          response.resume()
          resolve(response.statusCode)
        })
        sent.on('error', reject).end()
      })
    expect(await ask(`evil.example.com:${port}`)).toBe(403)
    expect(await ask(`localhost:${port}`)).toBe(204)
  })

  test('refuses every name that is not loopback, so that no name on the net can be made to lead here', async () => {
    for (const host of ['evil.example.com', '127.0.0.1.example.com', '0.0.0.0', '10.0.0.1', '[::2]']) {
      const response = await sandbox.fetch(`http://${host}/__sandbox/reset`, { method: 'POST' })
      expect(response.status).toBe(403)
    }
    for (const host of ['127.0.0.1', 'localhost', '[::1]']) {
      expect((await sandbox.fetch(`http://${host}:9/__sandbox/ledger/summary`)).status).toBe(200)
    }
  })
})

describe('what is set in this process', () => {
  test('unknown accounts, clients and members are refused', () => {
    const { control } = sandbox
    expect(() => control.revokeGrant({ account: 'x' })).toThrow(expect.objectContaining({ code: 'unknown_account' }))
    expect(() => control.expireAccessTokens({ clientId: 'x' })).toThrow(
      expect.objectContaining({ code: 'unknown_client' }),
    )
    expect(() => control.voice.snapshot('x')).toThrow(expect.objectContaining({ code: 'unknown_account' }))
    for (const wrong of [
      () => control.revokeGrant({ who: 'x' } as never),
      () => control.setRotation('sideways' as never),
      () => control.setRotation({ rotation: 'strict', client: 'x' } as never),
      () => control.clients.add({ id: '' }),
      () => control.clients.add({ id: 'x', redirectUris: ['/relative'] }),
      () => control.clients.add({ id: 'x', redirectUris: ['https://app.example.com/#fragment'] }),
      () => control.clients.add({ id: 'x', color: 'red' } as never),
      () => control.accounts.add({ accountKey: 'abc', principal: 'x@example.com' }),
      () => control.voice.addExtensions({ count: 0 }),
    ]) {
      expect(wrong).toThrow(expect.objectContaining({ code: 'invalid_option' }))
    }
  })

  test('a rotation holds for the sandbox or for one client', async () => {
    const { control } = sandbox
    const form = { grant_type: 'refresh_token' }
    control.setRotation({ grace: { seconds: 1, uses: 1 } })
    const first = await refresh(sandbox, (await signIn(sandbox)).refresh)
    expect(first.refresh).not.toBe('')
    control.setRotation({ rotation: 'none', clientId: 'sandbox-client' })
    const second = await post(sandbox, '/oauth/token', { ...form, refresh_token: first.refresh })
    expect(second.refresh).toBe('')
  })
})
