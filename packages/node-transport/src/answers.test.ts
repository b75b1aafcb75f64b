import { text as streamText } from 'node:stream/consumers'
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, it, vi } from 'vitest'
import { startServer, transportFor } from '../test/servers.ts'

type Listener = Parameters<typeof startServer>[0]

/** Asks a server that answers so. */
async function ask(listener: Listener, init?: RequestInit): Promise<Response> {
  const { origin } = await startServer(listener)
  return transportFor().fetch(`${origin}/path`, init)
}

const json = { items: ['Zoë', '東'] }
const text = JSON.stringify(json)
const answer = (): Promise<Response> =>
  ask((_, response) => response.setHeader('content-type', 'application/json').end(text))

describe('an answer', () => {
  it('is a Response', async () => {
    const response = await ask((_, to) =>
      to
        .writeHead(
          201,
          'Made',
          [
            ['set-cookie', 'a=1'],
            ['set-cookie', 'b=2'],
            ['x-a', 'é'],
          ].flat(),
        )
        .end('x'),
    )
    expect(response).toBeInstanceOf(Response)
    expect(response).toMatchObject({ status: 201, statusText: 'Made', ok: true, redirected: false, type: 'basic' })
    expect(new URL(response.url).pathname).toBe('/path')
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    expect(response.headers.get('X-A')).toBe('é')
    expect(await response.text()).toBe('x')
  })

  const readers: Record<string, (response: Response) => Promise<unknown>> = {
    json: (response) => response.json(),
    text: async (response) => JSON.parse(await response.text()),
    bytes: async (response) => JSON.parse(new TextDecoder().decode(await response.bytes())),
    arrayBuffer: async (response) => JSON.parse(new TextDecoder().decode(await response.arrayBuffer())),
    blob: async (response) => JSON.parse(await (await response.blob()).text()),
    'a stream': async (response) => JSON.parse(await new Response(response.body).text()),
    'a stream in steps': async (response) => JSON.parse(await streamText(response.body as never)),
    'a clone': async (response) => JSON.parse(await response.clone().text()),
    'the cloned one': async (response) => {
      await response.clone().text()
      return response.json()
    },
    'what is left after a look at the body': async (response) => {
      expect(response.body?.locked).toBe(false)
      return response.json()
    },
  }

  it.each(Object.entries(readers))('can be read once, as %s', async (_, read) => {
    const response = await answer()
    expect(response.bodyUsed).toBe(false)
    expect(await read(response)).toEqual(json)
  })

  it.each(['text', 'json', 'bytes', 'arrayBuffer', 'blob'] as const)(
    'cannot be read twice, first as %s',
    async (how) => {
      const response = await answer()
      await response[how]()
      expect(response.bodyUsed).toBe(true)
      for (const again of ['text', 'json', 'bytes', 'arrayBuffer', 'blob', 'formData'] as const) {
        await expect(response[again]()).rejects.toBeInstanceOf(TypeError)
      }
      expect(() => response.clone()).toThrow(TypeError)
    },
  )

  it('keeps its address, its type and its headers in a clone', async () => {
    const clone = (await answer()).clone()
    expect(new URL(clone.url).pathname).toBe('/path')
    expect((await clone.blob()).type).toBe('application/json')
  })

  it('is read as a form', async () => {
    const response = await ask((_, to) =>
      to.setHeader('content-type', 'application/x-www-form-urlencoded').end('a=b+c'),
    )
    expect((await response.formData()).get('a')).toBe('b c')
  })

  it('has no byte order mark in its text', async () => {
    expect(await (await ask((_, to) => to.end('\uFEFF{}'))).text()).toBe('{}')
  })

  it('of bytes that are no text has replacement characters', async () => {
    expect(await (await ask((_, to) => to.end(Buffer.from([0x61, 0xff, 0x62])))).text()).toBe('a\uFFFDb')
  })

  it.each([
    ['a 204', 'GET', 204],
    ['a 205', 'GET', 205],
    ['a 304', 'GET', 304],
    ['a HEAD', 'HEAD', 200],
  ])('to %s has no body', async (_, method, status) => {
    const response = await ask((_request, to) => to.writeHead(status, { 'content-encoding': 'gzip' }).end(), { method })
    expect(response).toMatchObject({ status, body: null })
    expect(await response.clone().text()).toBe('')
    expect(await response.text()).toBe('')
    expect(response.bodyUsed).toBe(false)
  })

  it('may have an empty body', async () => {
    const response = await ask((_, to) => to.end())
    expect(await response.text()).toBe('')
    expect(response.bodyUsed).toBe(true)
  })

  it.each(['follow', 'manual', 'error'] as const)(
    'that redirects is not followed, with redirect %s',
    async (redirect) => {
      const response = await ask((_, to) => to.writeHead(307, { location: 'https://elsewhere.example.com/' }).end(), {
        redirect,
      })
      expect(response.status).toBe(307)
      expect(response.headers.get('location')).toBe('https://elsewhere.example.com/')
    },
  )

  it('is the one after informational ones', async () => {
    const response = await ask((_, to) => {
      to.writeProcessing()
      to.end('final')
    })
    expect([response.status, await response.text()]).toEqual([200, 'final'])
  })
})

const codings = {
  gzip: gzipSync,
  'x-gzip': gzipSync,
  deflate: deflateSync,
  br: brotliCompressSync,
  zstd: zstdCompressSync,
}

describe('a coded answer', () => {
  it('is asked for', async () => {
    const response = await ask((request, to) => to.end(request.headers['accept-encoding']))
    expect(await response.text()).toBe('gzip, br, zstd')
  })

  it.each(Object.entries(codings))('in %s is read as a whole and as a stream', async (coding, encode) => {
    const coded = (): Promise<Response> =>
      ask((_, to) => to.writeHead(200, { 'content-encoding': coding.toUpperCase() }).end(encode(text)))
    expect(await (await coded()).json()).toEqual(json)
    expect(await new Response((await coded()).body).json()).toEqual(json)
  })

  it('in several codings is read back through all of them', async () => {
    const body = brotliCompressSync(gzipSync(text))
    const response = await ask((_, to) => to.writeHead(200, { 'content-encoding': 'gzip, identity, br' }).end(body))
    expect(await response.json()).toEqual(json)
  })

  it('in a coding nobody knows stays as it came', async () => {
    const response = await ask((_, to) => to.writeHead(200, { 'content-encoding': 'gzip, own' }).end('as it came'))
    expect(await response.text()).toBe('as it came')
  })

  it('may be empty', async () => {
    const response = await ask((_, to) => to.writeHead(200, { 'content-encoding': 'gzip' }).end())
    expect(await response.text()).toBe('')
  })

  it.each(['text', 'blob'] as const)('that is broken or cut is an error, read as %s', async (how) => {
    for (const body of [Buffer.from('no gzip'), gzipSync(text).subarray(0, 20)]) {
      const response = await ask((_, to) => to.writeHead(200, { 'content-encoding': 'gzip' }).end(body))
      await expect(response[how]()).rejects.toBeInstanceOf(Error)
    }
  })
})

describe('a large answer', () => {
  const chunk = Buffer.alloc(64 * 1024, 'x')

  /** Sends without end, as fast as it is read. */
  async function endless(): Promise<{ response: Response; closed: () => boolean }> {
    let closed = false
    const response = await ask((_, to) => {
      const send = (): void => {
        while (!closed && to.write(chunk));
      }
      to.on('drain', send).on('close', () => (closed = true))
      send()
    })
    return { response, closed: () => closed }
  }

  it('is read as far as it is wanted', async () => {
    const { response, closed } = await endless()
    let read = 0
    for await (const part of response.body!) if ((read += part.length) > 16 * 1024 * 1024) break
    await vi.waitFor(() => expect(closed()).toBe(true))
  })

  it('ends at the server when its reader cancels', async () => {
    const { response, closed } = await endless()
    await response.body?.cancel('enough')
    await vi.waitFor(() => expect(closed()).toBe(true))
  })

  it('comes whole', async () => {
    const body = Buffer.alloc(5 * 1024 * 1024, 'y')
    const response = await ask((_, to) => to.end(body))
    expect((await response.bytes()).length).toBe(body.length)
  })
})
