import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rejection } from '../../test/bench.ts'
import { wasNeverSent } from './never-sent.ts'

const fault = (code: string, syscall?: string) => Object.assign(new Error('x'), { code }, syscall ? { syscall } : {})
const said = (message: string, code?: string) => Object.assign(new TypeError(message), code ? { code } : {})
const deno = 'error sending request for url (https://auth.example.com/token)'
const failed = (cause: unknown) => new TypeError('fetch failed', { cause })

describe('wasNeverSent', () => {
  it.each([
    ['a name that is not known', fault('ENOTFOUND', 'getaddrinfo')],
    ['a name server that does not answer', fault('EAI_AGAIN', 'getaddrinfo')],
    ['a refused connect', fault('ECONNREFUSED', 'connect')],
    ['a timed-out connect', fault('ETIMEDOUT', 'connect')],
    ['no route to the host', fault('EHOSTUNREACH', 'connect')],
    ["undici's connect time-out", fault('UND_ERR_CONNECT_TIMEOUT')],
    ["Bun 1.3's refused connect", fault('ConnectionRefused')],
    ["Bun 1.4's refused connect", said('ECONNREFUSED: Unable to connect. Is the computer able to …?', 'ECONNREFUSED')],
    ["Bun 1.4's missing route", said('EHOSTUNREACH: Unable to connect. Is the computer able to …?', 'EHOSTUNREACH')],
    ["Deno's refused connect", said(`${deno}: client error (Connect): tcp connect error: Connection refused`)],
    ["Deno's unknown name", said(`${deno}: client error (Connect): dns error: failed to lookup address`)],
    ["Deno's broken TLS handshake", said(`${deno}: client error (Connect): tls handshake eof`)],
    ['a certificate that ended', fault('CERT_HAS_EXPIRED')],
    ['a certificate for another name', fault('ERR_TLS_CERT_ALTNAME_INVALID')],
    ['a certificate nobody vouches for', fault('UNABLE_TO_VERIFY_LEAF_SIGNATURE')],
    [
      'several addresses that all refused',
      new AggregateError([fault('ECONNREFUSED', 'connect'), fault('ENETUNREACH', 'connect')]),
    ],
  ])('is sure about %s', (_what, cause) => {
    expect(wasNeverSent(cause)).toBe(true)
    expect(wasNeverSent(failed(cause))).toBe(true)
  })

  it.each([
    ['a reset', fault('ECONNRESET', 'read')],
    ['a broken pipe', fault('EPIPE', 'write')],
    ['a time-out while reading', fault('ETIMEDOUT', 'read')],
    ['a host that went away while reading', fault('EHOSTUNREACH', 'read')],
    ['a refusal that names no system call', fault('ECONNREFUSED')],
    ["Bun's dropped connection", said('ECONNRESET: The socket connection was closed unexpectedly.', 'ECONNRESET')],
    [
      "Deno's dropped connection",
      said(`${deno}: client error (SendRequest): connection closed before message completed`),
    ],
    [
      'an address that quotes a runtime',
      said('error sending request for url (https://a.example/?client%20error%20(Connect):%20)'),
    ],
    ['a socket the other side closed', fault('UND_ERR_SOCKET')],
    ['a time-out of the headers', fault('UND_ERR_HEADERS_TIMEOUT')],
    ['a TLS fault in the answer', fault('ERR_SSL_WRONG_VERSION_NUMBER')],
    ['a TLS fault of the protocol', fault('EPROTO', 'write')],
    ['an abort', new DOMException('aborted', 'AbortError')],
    ['an error without a code', new TypeError('Failed to fetch')],
    [
      'several addresses of which one was reached',
      new AggregateError([fault('ECONNREFUSED', 'connect'), fault('ECONNRESET', 'read')]),
    ],
    ['an empty bundle', new AggregateError([])],
    ['nothing', undefined],
    ['text', 'ECONNREFUSED'],
  ])('is not sure about %s', (_what, cause) => {
    expect(wasNeverSent(cause)).toBe(false)
    expect(wasNeverSent(failed(cause))).toBe(false)
  })

  it('does not look at the code of the bundle, but at each attempt', () => {
    const bundle = Object.assign(new AggregateError([fault('ECONNRESET', 'read')]), {
      code: 'ECONNREFUSED',
      syscall: 'connect',
    })
    expect(wasNeverSent(bundle)).toBe(false)
  })

  it('comes to an end with causes that go in circles, and with anything at all', () => {
    const circle = new Error('x')
    circle.cause = circle
    const bundle = new AggregateError([])
    bundle.errors.push(bundle, bundle)
    expect([wasNeverSent(circle), wasNeverSent(bundle)]).toEqual([false, false])
    fc.assert(fc.property(fc.anything(), (value) => void wasNeverSent(value)))
  })
})

describe('what this runtime reports', () => {
  it('is sure about a port where nobody listens, and not about a server that hangs up', async () => {
    const server = createServer((socket) => socket.once('data', () => socket.destroy()))
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const call = () => rejection(fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: 'x' }))
    expect(wasNeverSent(await call())).toBe(false)
    await new Promise((resolve) => void server.close(resolve))
    expect(wasNeverSent(await call())).toBe(true)
  })
})
