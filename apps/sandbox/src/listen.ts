import type { Server, ServerResponse } from 'node:http'
import { type AddressInfo, isIPv6 } from 'node:net'
import { createAdaptorServer, type HttpBindings } from '@hono/node-server'
import { checkKeys } from './check-option.ts'
import type { Outcome } from './play-call.ts'
import type { Sandbox } from './sandbox.ts'
import { SandboxError } from './sandbox-error.ts'
import { findWire } from './wire.ts'

export interface ListenOptions {
  /** Default 0: any free port. */
  readonly port?: number
  /** Default 127.0.0.1, and nothing else unless `exposed`: the sandbox hands out tokens to everybody. */
  readonly host?: string
  /** Lets everybody in who reaches `host`; whoever does moves the sandbox as you do. Default false. */
  readonly exposed?: boolean
}

export interface Listening {
  /** Scheme, host and port, without a slash at the end. */
  readonly origin: string
  /** Closes the socket and every connection on it; the sandbox itself stays usable. */
  close(): Promise<void>
}

const notLoopback =
  'The sandbox listens on 127.0.0.1 only, unless it is exposed on purpose: by `exposed`, or --expose on the command line.'

/**
 * Puts a sandbox on a socket, of loopback unless it is exposed on purpose.
 *
 * Fails with `not_loopback`, `port_in_use`, `cannot_listen` or `invalid_option`.
 */
export async function listen(sandbox: Sandbox, options: ListenOptions = {}): Promise<Listening> {
  checkKeys(options, ['port', 'host', 'exposed'], 'The listen options')
  const { port = 0, host = '127.0.0.1', exposed = false } = options
  if (host !== '127.0.0.1' && !exposed) {
    throw new SandboxError('not_loopback', notLoopback)
  }
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new SandboxError('invalid_option', 'port must be a whole number from 0 to 65535.')
  }
  const wire = findWire(sandbox)
  if (wire === undefined) throw new SandboxError('invalid_option', 'listen needs what createSandbox returned.')

  const server = createAdaptorServer({
    overrideGlobalObjects: false,
    fetch: async (request, bindings) => send(await wire.play(request, exposed), (bindings as HttpBindings).outgoing),
  }) as Server
  await bind(server, port, host)
  const { port: boundPort } = server.address() as AddressInfo
  const close = async (): Promise<void> => {
    wire.closers.delete(close)
    await closeServer(server)
  }
  wire.closers.add(close)
  return { origin: `http://${isIPv6(host) ? `[${host}]` : host}:${boundPort}`, close }
}

function bind(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') {
        const message = `Port ${port} is in use. Choose another one, or 0 for any free port.`
        return reject(new SandboxError('port_in_use', message, { cause: error }))
      }
      const message = `Nobody can listen on port ${port} of ${host} (${error.code}).`
      return reject(new SandboxError('cannot_listen', message, { cause: error }))
    })
    server.listen(port, host, () => resolve())
  })
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

/** Tells the adapter that the socket was dealt with here. */
function alreadySent(): Response {
  return new Response(null, { headers: { 'x-hono-already-sent': 'true' } })
}

function send(outcome: Outcome, outgoing: ServerResponse): Response {
  if (outcome.type === 'answered') return outcome.response
  if (outcome.type === 'cut') {
    outgoing.writeHead(outcome.status, { ...Object.fromEntries(outcome.headers), 'content-length': outcome.length })
    outgoing.flushHeaders()
    outgoing.write(outcome.body, () => outgoing.destroy())
    return alreadySent()
  }
  outgoing.destroy()
  return alreadySent()
}
