import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { createSecureServer, type Http2SecureServer } from 'node:http2'
import { createServer as createTlsServer } from 'node:https'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import { createNodeTransport, type NodeTransport, type NodeTransportOptions } from '../src/index.ts'
import type { SelfSigned } from './self-signed.ts'

export interface TestServer {
  readonly origin: string
  readonly port: number
  /** Connections it has been opened so far. */
  readonly opened: () => number
  close(): Promise<void>
}

export const startServer = (listener: RequestListener): Promise<TestServer> => serve(createServer(listener), 'http')

export const startTlsServer = (tls: SelfSigned, listener: RequestListener): Promise<TestServer> =>
  serve(createTlsServer(tls, listener), 'https')

/** Speaks HTTP/2, and HTTP/1.1 with who asks for it. */
export function startHttp2Server(tls: SelfSigned, listener: RequestListener): Promise<TestServer> {
  const server = createSecureServer({ ...tls, allowHTTP1: true }, listener as never)
  return serve(server, 'https')
}

async function serve(server: Server | Http2SecureServer, scheme: string): Promise<TestServer> {
  const sockets = new Set<Socket>()
  let opened = 0
  server.on('connection', (socket: Socket) => {
    opened += 1
    sockets.add(socket.on('close', () => sockets.delete(socket)))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const close = async (): Promise<void> => {
    if (!server.listening) return
    server.close()
    for (const socket of sockets) socket.destroy()
    await once(server, 'close')
  }
  onTestFinished(close)
  return { origin: `${scheme}://localhost:${port}`, port, opened: () => opened, close }
}

export interface TestProxy extends TestServer {
  /** Where it was asked to connect to, and with which credentials. */
  readonly asked: readonly { to: string | undefined; authorization: string | undefined }[]
}

/** A proxy that connects whoever asks to 127.0.0.1, or refuses with `status`. */
export async function startProxy(status = 200): Promise<TestProxy> {
  const asked: { to: string | undefined; authorization: string | undefined }[] = []
  const server = createServer()
  server.on('connect', (request: IncomingMessage, client: Socket) => {
    asked.push({ to: request.url, authorization: request.headers['proxy-authorization'] })
    if (status !== 200) return void client.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`)
    const upstream = connect(Number(request.url?.split(':').at(-1)), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n')
      upstream.pipe(client).pipe(upstream)
    })
    upstream.on('error', () => client.destroy())
    client.on('error', () => upstream.destroy())
  })
  return { ...(await serve(server, 'http')), asked }
}

/** Creates a transport that is closed after the test. */
export function transportFor(options?: NodeTransportOptions): NodeTransport {
  const transport = createNodeTransport(options)
  onTestFinished(() => transport.close())
  return transport
}

/** What a server saw of a request. */
export interface Seen {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly httpVersion: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** Answers with what was asked. */
export async function echo(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method, url, httpVersion, headers } = request
  const seen: Seen = { method, url, httpVersion, headers, body: await text(request) }
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify(seen))
}
