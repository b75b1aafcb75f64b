import { connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { approveAuthorization } from './approve-authorization.ts'
import { listen } from './listen.ts'
import { createSandbox, type Sandbox } from './sandbox.ts'
import { accountKey, authorizationUrl, basic, redirectUri, startMs } from '../test/play-client.ts'

let sandbox: Sandbox
let origin: string

beforeEach(async () => {
  sandbox = createSandbox({ startMs, rotation: 'strict' })
  origin = (await listen(sandbox)).origin
})
afterEach(() => sandbox.close())

interface TokenBody {
  readonly access_token: string
  readonly refresh_token: string
}

async function postToken(form: Record<string, string>): Promise<Response> {
  return fetch(`${origin}/oauth/token`, { method: 'POST', headers: basic(), body: new URLSearchParams(form) })
}

async function signInOverSocket(): Promise<TokenBody> {
  const { search } = authorizationUrl()
  const callback = await approveAuthorization(fetch, `${origin}/oauth/authorize${search}`)
  const code = callback.searchParams.get('code') ?? ''
  const response = await postToken({ grant_type: 'authorization_code', code, redirect_uri: redirectUri })
  return (await response.json()) as TokenBody
}

/** Sends bytes as they are and returns all that comes back. */
function sendRaw(text: string, port: string = new URL(origin).port): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(Number(port), '127.0.0.1')
    let received = ''
    socket.on('data', (chunk) => (received += chunk.toString()))
    socket.on('error', () => resolve(received))
    socket.on('close', () => resolve(received))
    socket.write(text)
  })
}

test('a person signs in and an API answers, over a real socket', async () => {
  expect(origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  const { access_token: token } = await signInOverSocket()
  const headers = { authorization: `Bearer ${token}` }
  const response = await fetch(`${origin}/voice-admin/v1/call-queues?accountKey=${accountKey}`, { headers })
  expect(response.status).toBe(200)
  expect(((await response.json()) as { items: unknown[] }).items).toHaveLength(9)
})

describe('a connection', () => {
  test('that is lost closes without a byte, once: the client sends nothing twice', async () => {
    const tokens = await signInOverSocket()
    sandbox.control.faults.add({ match: { kind: 'token' }, type: 'lost', processed: true })
    const attempt = postToken({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token })
    await expect(attempt).rejects.toThrow(TypeError)
    expect(sandbox.control.ledger.summary()).toMatchObject({ refreshRequests: 1, lost: 1, reuse: 0 })
  })

  test('that is cut gives headers and half of the body', async () => {
    const { access_token: token } = await signInOverSocket()
    sandbox.control.faults.add({ match: { kind: 'api' }, type: 'cut' })
    const headers = { authorization: `Bearer ${token}` }
    const response = await fetch(`${origin}/voice-admin/v1/call-queues?accountKey=${accountKey}`, { headers })
    expect(response.status).toBe(200)
    await expect(response.text()).rejects.toThrow(TypeError)
    expect(sandbox.control.ledger.summary()).toMatchObject({ cut: 1, apiCalls: 1 })
  })

  test('that is cut at once gives headers only, one that dribbles gives it all', async () => {
    const address = `${origin}/.well-known/oauth-authorization-server`
    sandbox.control.faults.add({ match: { kind: 'metadata' }, type: 'cut', after: 0 })
    const cut = await fetch(address)
    expect(cut.headers.get('content-type')).toBe('application/json')
    await expect(cut.text()).rejects.toThrow(TypeError)
    sandbox.control.faults.add({ match: { kind: 'metadata' }, type: 'dribble', bytes: 50, everyMs: 0 })
    expect(await (await fetch(address)).json()).toMatchObject({ issuer: origin })
  })

  test('that the client leaves in the middle of its request is noted as lost', async () => {
    const socket = connect(Number(new URL(origin).port), '127.0.0.1')
    socket.write('POST /oauth/token HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 100\r\n\r\ngrant')
    await sandbox.control.ledger.waitFor({ kind: 'token', stage: 'arrived' })
    socket.destroy()
    const entry = await sandbox.control.ledger.waitFor({ kind: 'token', stage: 'lost' })
    expect(entry.processed).toBe(false)
  })
})

describe('what is no proper request', () => {
  test.each([
    [
      'a broken percent code',
      'GET /voice-admin/v1/extensions/%zz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n',
      '401',
    ],
    ['a broken percent code elsewhere', 'GET /%zz%00 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n', '404'],
    ['no HTTP', 'hello\r\n\r\n', '400'],
    ['a host that is none', 'GET / HTTP/1.1\r\nhost: a b\r\nconnection: close\r\n\r\n', '400'],
    ['a header that was smuggled', 'GET / HTTP/1.1\r\nhost: x\r\nx: a\0b\r\nconnection: close\r\n\r\n', '400'],
  ])('%s is answered, and the sandbox lives on', async (_, text, status) => {
    expect(await sendRaw(text)).toContain(`HTTP/1.1 ${status}`)
    expect((await fetch(`${origin}/__sandbox/`)).status).toBe(200)
  })

  test('50 MB without a length are refused after the first megabyte', async () => {
    const { access_token: token } = await signInOverSocket()
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const body = new ReadableStream<Uint8Array>({
      pull(stream) {
        stream.enqueue(new Uint8Array(1_000_000))
      },
    })
    const init = { method: 'POST', headers, body, duplex: 'half' } as RequestInit
    const outcome = await fetch(`${origin}/voice-admin/v1/extensions`, init).then(
      (response) => response.status,
      (error: unknown) => error,
    )
    // The server stops reading; whether its answer gets through before the connection breaks is the client's luck.
    expect(outcome === 413 || outcome instanceof TypeError).toBe(true)
    const entry = await sandbox.control.ledger.waitFor({ operation: 'createExtension', stage: 'answered' })
    expect(entry).toMatchObject({ status: 413, error: 'PAYLOAD_TOO_LARGE' })
    expect((await fetch(`${origin}/__sandbox/`)).status).toBe(200)
  })
})

describe('listening', () => {
  test('elsewhere than on loopback is refused', async () => {
    for (const host of ['0.0.0.0', '::', 'localhost', '10.0.0.1']) {
      await expect(listen(sandbox, { host })).rejects.toMatchObject({ code: 'not_loopback' })
    }
  })

  test('elsewhere is done on purpose, and then everybody may do everything under any name', async () => {
    const { origin: exposed } = await listen(sandbox, { host: '0.0.0.0', exposed: true })
    const { port } = new URL(exposed)
    const ask = (at: string): Promise<string> =>
      sendRaw(`GET /__sandbox/ HTTP/1.1\r\nhost: sandbox.example.com\r\nconnection: close\r\n\r\n`, at)
    expect(await ask(port)).toContain('HTTP/1.1 200')
    expect(await ask(new URL(origin).port)).toContain('HTTP/1.1 403')
  })

  test('on an IPv6 address gives an origin that works', async () => {
    const { origin: six } = await listen(sandbox, { host: '::1', exposed: true })
    expect(six).toMatch(/^http:\/\/\[::1\]:\d+$/)
    expect((await fetch(`${six}/__sandbox/`)).status).toBe(200)
  })

  test('on a port in use says so and what to do', async () => {
    const attempt = listen(sandbox, { port: Number(new URL(origin).port) })
    await expect(attempt).rejects.toMatchObject({
      code: 'port_in_use',
      message: expect.stringContaining('Choose another'),
    })
  })

  test.each([{ port: -1 }, { port: 65_536 }, { port: 1.5 }, { hots: '127.0.0.1' }])(
    'with %j is refused',
    async (options) => {
      await expect(listen(sandbox, options)).rejects.toMatchObject({ code: 'invalid_option' })
    },
  )

  test('needs a sandbox', async () => {
    await expect(listen({ ...sandbox })).rejects.toMatchObject({ code: 'invalid_option' })
  })

  test('ends with close, open connections and held calls with it', async () => {
    await fetch(`${origin}/__sandbox/`)
    sandbox.control.faults.add({ match: { kind: 'metadata' }, hold: true })
    const held = fetch(`${origin}/.well-known/oauth-authorization-server`)
    await sandbox.control.ledger.waitFor({ stage: 'held' })
    const [outcome] = await Promise.allSettled([held, sandbox.close()])
    expect(outcome.status).toBe('rejected')
    await expect(fetch(`${origin}/__sandbox/`)).rejects.toThrow(TypeError)
  })

  test('can be closed alone, with the calls on it; the sandbox goes on', async () => {
    const second = await listen(sandbox)
    const id = sandbox.control.faults.add({ match: { kind: 'metadata' }, hold: true })
    const held = fetch(`${second.origin}/.well-known/oauth-authorization-server`)
    await sandbox.control.ledger.waitFor({ stage: 'held' })
    const [outcome] = await Promise.allSettled([held, second.close()])
    expect(outcome.status).toBe('rejected')
    await expect(fetch(second.origin)).rejects.toThrow(TypeError)
    sandbox.control.faults.release(id)
    expect((await fetch(`${origin}/__sandbox/`)).status).toBe(200)
  })
})
