import { describe, expect, it } from 'vitest'
import { echo, startServer, transportFor, type Seen } from '../test/servers.ts'

type Fetch = typeof globalThis.fetch

async function* chunks(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield new TextEncoder().encode(text)
}

function form(): FormData {
  const data = new FormData()
  data.set('name', 'Zoë')
  data.set('file', new Blob(['content'], { type: 'text/plain' }), 'a.txt')
  return data
}

const later = (...texts: string[]): ReadableStream => {
  const rest = chunks(...texts)
  return new ReadableStream({
    async pull(controller) {
      await new Promise(setImmediate)
      const { done, value } = await rest.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
  })
}

/** What both fetches are asked, so that a server cannot tell them apart. */
const requests: Record<string, (origin: string) => Parameters<Fetch>> = {
  'an address': (origin) => [`${origin}/a%20b/ö?q=1&r=%2F#fragment`],
  'a URL': (origin) => [new URL(`${origin}/a/../b`)],
  'a Request': (origin) => [new Request(`${origin}/x`, { method: 'PUT', headers: { 'x-own': '1' }, body: 'text' })],
  'a Request with an init': (origin) => [new Request(origin, { headers: { 'x-own': '1' } }), { method: 'DELETE' }],
  'a Request whose init replaces its body': (origin) => [
    new Request(origin, { method: 'POST', body: 'old' }),
    { body: 'new', headers: { 'x-new': '1' } },
  ],
  'a method in small letters': (origin) => [origin, { method: 'post', body: '' }],
  'a method of its own': (origin) => [origin, { method: 'PATCH' }],
  'headers as pairs': (origin) => [
    origin,
    {
      headers: [
        ['x-a', '1'],
        ['X-A', '2'],
      ],
    },
  ],
  'headers beyond ASCII': (origin) => [origin, { headers: { 'x-a': 'é' } }],
  'its own accept and user agent': (origin) => [origin, { headers: { accept: 'text/plain', 'user-agent': 'mine' } }],
  text: (origin) => [origin, { method: 'POST', body: 'Zoë' }],
  'text of a type': (origin) => [
    origin,
    { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } },
  ],
  bytes: (origin) => [origin, { method: 'POST', body: new TextEncoder().encode('bytes').subarray(1, 4) }],
  'an array buffer': (origin) => [origin, { method: 'POST', body: new TextEncoder().encode('buffer').buffer }],
  'a blob': (origin) => [origin, { method: 'POST', body: new Blob(['blob'], { type: 'text/css' }) }],
  'search parameters': (origin) => [origin, { method: 'POST', body: new URLSearchParams({ a: 'b c' }) }],
  'a stream': (origin) => [origin, { method: 'POST', body: later('one', 'two'), duplex: 'half' } as RequestInit],
  'an async iterable': (origin) => [
    origin,
    { method: 'POST', body: chunks('a', 'b') as never, duplex: 'half' } as never,
  ],
  'a Request with bytes': (origin) => [new Request(origin, { method: 'POST', body: new Uint8Array([65, 66]) })],
  'a Request with a stream': (origin) => [
    new Request(origin, { method: 'POST', body: later('one', 'two', 'three'), duplex: 'half' } as RequestInit),
  ],
  'a Request with an empty body': (origin) => [new Request(origin, { method: 'POST', body: '' })],
}

/** What differs on purpose: fewer hints, other codings; and who encoded a form chose its boundary. */
function comparable({ headers, body, ...seen }: Seen): unknown {
  const { 'sec-fetch-mode': _mode, 'accept-language': _language, 'accept-encoding': _encoding, ...same } = headers
  const boundary = /boundary=(.*)/.exec(String(same['content-type']))?.[1] ?? 'none'
  const text = JSON.stringify({ ...seen, headers: same, body })
  return JSON.parse(text.replaceAll(boundary, 'boundary'))
}

describe('the fetch of a transport', () => {
  it.each(Object.entries(requests))('sends what the platform’s sends: %s', async (_, request) => {
    const { origin } = await startServer(echo)
    const ours = await transportFor().fetch(...request(origin))
    const platform = await fetch(...request(origin))
    expect(comparable((await ours.json()) as Seen)).toEqual(comparable((await platform.json()) as Seen))
    expect(ours.url).toBe(platform.url)
  })

  it('sends a form with its length', async () => {
    const { origin } = await startServer(echo)
    const seen = (await (await transportFor().fetch(origin, { method: 'POST', body: form() })).json()) as Seen
    expect(seen.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/)
    expect(Number(seen.headers['content-length'])).toBe(Buffer.byteLength(seen.body))
    expect(seen.body).toContain('Zoë')
    expect(seen.body).toContain('filename="a.txt"\r\nContent-Type: text/plain\r\n\r\ncontent')
  })

  it('sends bytes as they were when it was called', async () => {
    const { origin } = await startServer(echo)
    const bytes = new TextEncoder().encode('before')
    const sending = transportFor().fetch(origin, { method: 'POST', body: bytes })
    bytes.fill(120)
    expect(((await (await sending).json()) as Seen).body).toBe('before')
  })

  it.each([
    ['a relative address', '/x', {}],
    ['another scheme', 'ftp://localhost/', {}],
    ['data', 'data:text/plain,x', {}],
    ['credentials in the address', 'http://user:hunter2@localhost/', {}],
    ['a body of a GET', 'http://localhost/', { body: 'x' }],
    ['a body of a HEAD', 'http://localhost/', { method: 'HEAD', body: 'x' }],
    ['TRACE', 'http://localhost/', { method: 'trace' }],
    ['CONNECT', 'http://localhost/', { method: 'CONNECT' }],
    ['a method that is no word', 'http://localhost/', { method: 'GE T' }],
    ['a header that is no word', 'http://localhost/', { headers: { 'x y': '1' } }],
    ['a header with a line break', 'http://localhost/', { headers: { 'x-y': 'hunter2\r\nx: y' } }],
    ['a header of the connection', 'http://localhost/', { headers: { 'transfer-encoding': 'hunter2' } }],
  ])('refuses with a TypeError that quotes nothing: %s', async (_, address, init) => {
    const error: unknown = await transportFor()
      .fetch(address, init)
      .catch((failure: unknown) => failure)
    expect(error).toBeInstanceOf(TypeError)
    expect(String(error)).not.toContain('hunter2')
  })

  it('refuses a Request whose body was read', async () => {
    const request = new Request('http://localhost/', { method: 'POST', body: 'x' })
    await request.text()
    await expect(transportFor().fetch(request)).rejects.toBeInstanceOf(TypeError)
  })
})

it('leaves the headers it is given as they were', async () => {
  const { origin } = await startServer(echo)
  const headers = new Headers({ 'x-own': '1' })
  await transportFor().fetch(origin, { method: 'POST', body: 'text', headers })
  await transportFor().fetch(origin, { headers })
  expect([...headers]).toEqual([['x-own', '1']])
})
