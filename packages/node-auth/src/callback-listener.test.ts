import { connect, createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { once } from 'node:events'
import { AuthError, isAuthError } from '@grantkit/auth-core'
import { afterEach, expect, test } from 'vitest'
import { freePort, send } from '../test/http.ts'
import type { AnswerOptions } from './callback-answer.ts'
import { listenForCallback, type CallbackListener } from './callback-listener.ts'
import { parseRedirectUri } from './redirect-uri.ts'

const open: CallbackListener[] = []
afterEach(async () => {
  for (const listener of open.splice(0)) await listener.close()
})

async function listen(host = 'localhost'): Promise<{ listener: CallbackListener; port: number }> {
  const port = await freePort()
  const listener = await listenForCallback(parseRedirectUri(`http://${host}:${port}/callback`))
  open.push(listener)
  return { listener, port }
}

async function giveBack(callback: URL): Promise<string> {
  return callback.href
}

function answer(listener: CallbackListener, options: Partial<AnswerOptions<string>> = {}): Promise<string> {
  return listener.answer({ state: 'right', timeoutMs: 60_000, complete: giveBack, ...options })
}

test('hands the one answer over and shows a page without code or state', async () => {
  const { listener, port } = await listen()
  const result = answer(listener)
  const page = await send(port, '/callback?code=c0de-1&state=right&iss=x')
  expect(await result).toBe(`http://localhost:${port}/callback?code=c0de-1&state=right&iss=x`)
  expect(page.status).toBe(200)
  expect(page.body).toContain('You are signed in')
  expect(page.body).not.toMatch(/c0de-1|right|https?:/)
})

test('the page is kept by nobody, loads nothing and cannot be framed', async () => {
  const { listener, port } = await listen()
  const result = answer(listener)
  const { headers, body } = await send(port, '/callback?code=c&state=right')
  await result
  expect(headers).toMatchObject({
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'content-type': 'text/html; charset=utf-8',
    connection: 'close',
  })
  const policy = headers['content-security-policy']
  expect(policy).toMatch(
    /^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
  )
  expect(body).not.toMatch(/<script|<img|<iframe|<form|src=|url\(|@import/i)
})

test.each(['127.0.0.1', '::1'])('localhost is answered on %s', async (address) => {
  const { listener, port } = await listen()
  const result = answer(listener)
  expect((await send(port, '/callback?code=c&state=right', { address })).status).toBe(200)
  await result
})

test('an address literal binds that address alone', async () => {
  const { port } = await listen('127.0.0.1')
  await expect(send(port, '/callback', { address: '::1' })).rejects.toThrow('ECONNREFUSED')
})

test('is not reachable from any other interface', async () => {
  const { port } = await listen()
  const others = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4')
  for (const { address } of others) {
    await expect(send(port, '/callback', { address })).rejects.toThrow('ECONNREFUSED')
  }
  await expect(send(port, '/callback', { address: '127.0.0.2' })).rejects.toThrow(
    /ECONNREFUSED|EADDRNOTAVAIL|ENETUNREACH/,
  )
})

test.each([
  ['another path', '/favicon.ico', {}, 404],
  ['a longer path', '/callback/x?code=c&state=right', {}, 404],
  ['a path that only normalises to the right one', '/x/../callback?code=c&state=right', {}, 404],
  ['an absolute target', 'http://localhost/callback?code=c&state=right', {}, 404],
  ['POST', '/callback?code=c&state=right', { method: 'POST' }, 405],
  ['HEAD', '/callback?code=c&state=right', { method: 'HEAD' }, 405],
  ['OPTIONS', '/callback?code=c&state=right', { method: 'OPTIONS' }, 405],
  ['a rebound name', '/callback?code=c&state=right', { headers: { host: 'evil.example.com' } }, 403],
  ['the right name without the port', '/callback?code=c&state=right', { headers: { host: 'localhost' } }, 403],
  ['the other name of this machine', '/callback?code=c&state=right', { headers: { host: '127.0.0.1:1' } }, 403],
  ['a foreign origin', '/callback?code=c&state=right', { headers: { origin: 'https://evil.example.com' } }, 403],
  ['an opaque origin', '/callback?code=c&state=right', { headers: { origin: 'null' } }, 403],
  ['no state', '/callback?code=c', {}, 400],
  ['another state', '/callback?code=c&state=wrong', {}, 400],
  ['an empty state', '/callback?code=c&state=', {}, 400],
  ['a denial that nobody here asked for', '/callback?error=access_denied', {}, 400],
  ['no query', '/callback', {}, 400],
])('%s is refused and does not end the wait', async (_, path, options, status) => {
  const { listener, port } = await listen()
  const result = answer(listener)
  const refused = await send(port, path, options)
  expect(refused.status).toBe(status)
  expect(refused.headers['content-security-policy']).toContain("default-src 'none'")
  await send(port, '/callback?code=good&state=right')
  expect(await result).toContain('code=good')
})

test('says once that a foreign answer came', async () => {
  const { listener, port } = await listen()
  let told = 0
  const result = answer(listener, { onForeignAnswer: () => (told += 1) })
  await send(port, '/callback?code=c&state=wrong')
  await send(port, '/callback?code=c&state=wrong')
  await send(port, '/callback?code=c&state=right')
  await result
  expect(told).toBe(1)
})

test('repeated parameters go on to the judge when one state is the right one', async () => {
  const { listener, port } = await listen()
  const result = answer(listener)
  await send(port, '/callback?state=wrong&code=a&state=right&code=b')
  expect(await result).toContain('state=wrong&code=a&state=right&code=b')
})

test('a replay finds the sign-in over while the first answer is exchanged, and nobody afterwards', async () => {
  const { listener, port } = await listen()
  const exchange = Promise.withResolvers<string>()
  const begun = Promise.withResolvers<void>()
  const complete = (): Promise<string> => {
    begun.resolve()
    return exchange.promise
  }
  const result = answer(listener, { complete })
  const first = send(port, '/callback?code=c&state=right')
  await begun.promise
  expect((await send(port, '/callback?code=c&state=right')).status).toBe(409)
  exchange.resolve('done')
  expect(await result).toBe('done')
  expect((await first).status).toBe(200)
  await listener.close()
  await expect(send(port, '/callback?code=c&state=right')).rejects.toThrow('ECONNREFUSED')
})

test('shows the person what went wrong, with hostile text made harmless', async () => {
  const { listener, port } = await listen()
  const error = new AuthError('access_denied', 'Said: <script>alert("1")</script>\u001b[31m & \u0007more')
  const result = answer(listener, { complete: () => Promise.reject(error) })
  const [page, rejection] = await Promise.all([
    send(port, '/callback?error=access_denied&state=right'),
    result.catch((reason: unknown) => reason),
  ])
  expect(rejection).toBe(error)
  expect(page.status).toBe(400)
  expect(page.body).toContain('Signing in did not work')
  expect(page.body).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;')
  expect(page.body).not.toMatch(/<script|[^\P{Cc}\n]/u)
})

test('shows nothing of an error it does not know', async () => {
  const { listener, port } = await listen()
  const error = new Error('secret inside')
  const result = answer(listener, { complete: () => Promise.reject(error) })
  const [page, rejection] = await Promise.all([
    send(port, '/callback?code=c&state=right'),
    result.catch((reason: unknown) => reason),
  ])
  expect(rejection).toBe(error)
  expect(page.body).toContain('did not expect')
  expect(page.body).not.toContain('secret inside')
})

test('gives up after the timeout and frees the port', async () => {
  const { listener, port } = await listen()
  await expect(answer(listener, { timeoutMs: 5 })).rejects.toSatisfy((error) => isAuthError(error, 'sign_in_timeout'))
  expect((await send(port, '/callback?code=c&state=right')).status).toBe(409)
  await listener.close()
  await expect(send(port, '/callback')).rejects.toThrow('ECONNREFUSED')
})

test('an abort ends the wait with its reason, before or after it begins', async () => {
  const { listener } = await listen()
  const controller = new AbortController()
  const result = answer(listener, { signal: controller.signal })
  controller.abort(new Error('stopped'))
  await expect(result).rejects.toThrow('stopped')
  await expect(answer(listener, { signal: AbortSignal.abort(new Error('was over')) })).rejects.toThrow('was over')
})

test('neither abort nor timeout cuts off an exchange that has begun', async () => {
  const { listener, port } = await listen()
  const controller = new AbortController()
  const complete = async (): Promise<string> => {
    controller.abort(new Error('stopped'))
    return 'saved'
  }
  const result = answer(listener, { complete, signal: controller.signal })
  expect((await send(port, '/callback?code=c&state=right')).status).toBe(200)
  expect(await result).toBe('saved')
})

test('closing does not wait for connections a browser opened ahead', async () => {
  const { listener, port } = await listen()
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  const ended = once(socket, 'close')
  await listener.close()
  await ended
  expect(socket.bytesWritten).toBe(0)
})

test.each(['127.0.0.1', '::1'])(
  'port_in_use names the port when %s is taken, and holds nothing back',
  async (address) => {
    const other = createServer()
    const port = await freePort()
    other.listen(port, address)
    await once(other, 'listening')
    const redirect = parseRedirectUri(`http://localhost:${port}/callback`)
    await expect(listenForCallback(redirect)).rejects.toSatisfy(
      (error) => isAuthError(error, 'port_in_use') && error.message.includes(String(port)),
    )
    other.close()
    await once(other, 'close')
    open.push(await listenForCallback(redirect))
  },
)

test('closing lets the person see how an exchange under way ends', async () => {
  const { listener, port } = await listen()
  const exchange = Promise.withResolvers<string>()
  const begun = Promise.withResolvers<void>()
  const complete = (): Promise<string> => {
    begun.resolve()
    return exchange.promise
  }
  const result = answer(listener, { complete })
  const page = send(port, '/callback?code=c&state=right')
  await begun.promise
  const closed = listener.close()
  exchange.resolve('done')
  expect((await page).body).toContain('You are signed in')
  expect(await result).toBe('done')
  await closed
})

test.each(['127.0.0.1', 'localhost'])('takes a free port of %s where any goes, another one each time', async (host) => {
  const anyPort = parseRedirectUri(`http://${host}/callback`, { anyPort: true })
  const listeners = await Promise.all(Array.from({ length: 4 }, () => listenForCallback(anyPort)))
  open.push(...listeners)
  const ports = listeners.map(({ redirect }) => redirect.port)
  expect(new Set(ports).size).toBe(4)
  for (const listener of listeners) {
    const { port, uri, addresses } = listener.redirect
    expect(uri).toBe(`http://${host}:${port}/callback`)
    for (const address of addresses) {
      const result = answer(listener)
      const headers = { host: `${host}:${port}` }
      expect((await send(port, '/callback?code=c&state=right', { address, headers })).status).toBe(200)
      expect(await result).toBe(`${uri}?code=c&state=right`)
    }
  }
})
