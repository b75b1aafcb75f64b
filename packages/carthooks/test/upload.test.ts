import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from 'vitest'
import { uploadFile } from '../src/upload-file.ts'
import { envelope, play } from './play.ts'

interface Upload {
  readonly body: string
  readonly headers: IncomingMessage['headers']
}

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

/** A place for files on loopback. */
async function place(status = 200): Promise<{ host: string; uploads: Upload[] }> {
  const uploads: Upload[] = []
  const server = createServer(async (request, response) => {
    uploads.push({ headers: request.headers, body: await text(request) })
    response.writeHead(status, { location: 'https://elsewhere.example.com' }).end('<Error>canary-policy</Error>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => server.close())
  return { host: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, uploads }
}

function tokenFor(host: string, more: object = {}): Response {
  const token_data = { host, dir: 'uploads/', policy: 'canary-policy', accessid: 'id-1', signature: 'canary-signature' }
  return envelope({ id: 'upload-1', mode: 'aliyun-oss', token_data, ...more })
}

const file = new File(['the content'], 'invoice 1.pdf', { type: 'application/pdf' })

describe('a file', () => {
  it('is sent in the order the place for files wants, without the token, and can be written into a field', async () => {
    const { host, uploads } = await place()
    const { api } = play([tokenFor(host)])
    expect(await uploadFile(api, file)).toEqual({ upload_id: 'upload-1', file: 'invoice 1.pdf' })
    const [upload] = uploads
    expect([...(upload?.body.matchAll(/ name="(\w+)"/g) ?? [])].map(([, name]) => name)).toEqual([
      'key',
      'policy',
      'OSSAccessKeyId',
      'success_action_status',
      'signature',
      'file',
    ])
    expect(upload?.body).toContain('uploads/invoice 1.pdf')
    expect(upload?.body).toContain('the content')
    expect(upload?.headers.authorization).toBeUndefined()
  })

  it('may have another name, which a blob needs', async () => {
    const { host } = await place()
    const { api } = play([tokenFor(host)])
    expect(await uploadFile(api, new Blob(['x']), { name: 'x.txt' })).toMatchObject({ file: 'x.txt' })
  })

  it.each(['', '.', '..', 'a/b', 'a\\b'])('is not sent under the name %j', async (name) => {
    const { api, fetch } = play([])
    await expect(uploadFile(api, file, { name })).rejects.toMatchObject({ code: 'invalid_request' })
    expect(fetch.requests).toEqual([])
  })

  it.each([403, 302, 204])('that is answered %i is not stored', async (status) => {
    const { host } = await place(status)
    const { api } = play([tokenFor(host)])
    const error: unknown = await uploadFile(api, file).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'upload_refused', status, retryable: false })
    expect(String(error)).not.toContain('canary')
  })

  it('goes nowhere unencrypted but on this machine, and to no place of an unknown kind', async () => {
    const sent: string[] = []
    const fetch = async (input: Request | URL | string) => {
      sent.push(String(input))
      return new Response('')
    }
    await uploadFile(play([tokenFor('http://files.example.com')]).api, file, { fetch })
    expect(sent).toEqual(['https://files.example.com/'])
    for (const answer of [
      tokenFor('files'),
      tokenFor('https://x', { mode: 's3' }),
      tokenFor('https://x', { token_data: undefined }),
    ]) {
      await expect(uploadFile(play([answer]).api, file, { fetch })).rejects.toMatchObject({ code: 'unexpected_answer' })
    }
    expect(sent).toHaveLength(1)
  })

  it('may be lost or given up on the way, which quotes nothing', async () => {
    const lost = () => Promise.reject(new TypeError('canary'))
    const error: unknown = await uploadFile(play([tokenFor('https://x')]).api, file, { fetch: lost }).catch(
      (reason: unknown) => reason,
    )
    expect(error).toMatchObject({ code: 'network', retryable: true, cause: { name: 'TypeError' } })
    const controller = new AbortController()
    const abort = () => {
      controller.abort('enough')
      return Promise.reject(new Error('aborted'))
    }
    const { signal } = controller
    const given = uploadFile(play([tokenFor('https://x')]).api, file, { fetch: abort, signal })
    await expect(given).rejects.toMatchObject({ code: 'aborted', cause: 'enough' })
  })

  it('fails with the answer of the API when that gives no place', async () => {
    const { api } = play([Response.json({ error: { key: 'quota', message: 'full' }, trace_id: 't' })])
    await expect(uploadFile(api, file)).rejects.toMatchObject({ code: 'quota', requestId: 't' })
  })
})
