import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener, type HttpBindings } from '@hono/node-server'
import { GatewayError } from './gateway-error.ts'
import type { GatewayApp } from './create-app.ts'

export interface Serving {
  readonly origin: string
  /** Takes no more requests, lets those under way end for `drainMs`, then cuts what is left. */
  close(options?: { drainMs?: number }): Promise<void>
}

/** Longer than any load balancer's own, so that a connection is never closed while a request is on its way. */
const keepAliveMs = 65_000
const idleSweepMs = 100

/** Puts the gateway on a socket. Fails with `port_in_use`. */
export async function serve(
  app: Pick<GatewayApp, 'fetch'>,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<Serving> {
  const listener = getRequestListener(
    async (request, bindings) => {
      const { incoming } = bindings as HttpBindings
      const { remoteAddress } = incoming.socket
      return await app.fetch(request, {
        rawTarget: incoming.url ?? '',
        ...(remoteAddress === undefined ? {} : { peer: remoteAddress }),
      })
    },
    { overrideGlobalObjects: false },
  )
  const server = createServer(
    // A body may take its time, a head may not. Lenient parsing stays off whatever the process was started with.
    { insecureHTTPParser: false, headersTimeout: 10_000, requestTimeout: 0, keepAliveTimeout: keepAliveMs },
    (incoming, outgoing) => void listener(incoming, outgoing),
  )
  server.on('upgrade', (_, socket) => socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n'))
  await bind(server, host, port)
  const bound = server.address() as AddressInfo
  const name = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address
  return { origin: `http://${name}:${bound.port}`, close: ({ drainMs = 10_000 } = {}) => drain(server, drainMs) }
}

function bind(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') return reject(error)
      return reject(new GatewayError('port_in_use', `Port ${port} is in use. Set GATEWAY_PORT to another one.`))
    })
    server.listen(port, host, () => resolve())
  })
}

function drain(server: Server, drainMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), drainMs)
    // A connection whose last answer has just gone out would be kept for a next request, and the end waits for it.
    const sweep = setInterval(() => server.closeIdleConnections(), idleSweepMs)
    server.close(() => {
      clearTimeout(cut)
      clearInterval(sweep)
      resolve()
    })
    server.closeIdleConnections()
  })
}
