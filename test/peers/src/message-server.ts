import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A server for the messages of channels, on loopback. */
export interface MessageServer extends AsyncDisposable {
  readonly address: string
  /** Resolves with the next message, in the order of arrival: the headers are all there is of one. */
  next(): Promise<IncomingHttpHeaders>
}

export async function startMessageServer(): Promise<MessageServer> {
  const arrived: IncomingHttpHeaders[] = []
  const waiting: ((headers: IncomingHttpHeaders) => void)[] = []
  const server = createServer(({ headers }, response) => {
    response.writeHead(204).end()
    const tell = waiting.shift()
    if (tell === undefined) arrived.push(headers)
    else tell(headers)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/messages`,
    next() {
      const first = arrived.shift()
      return first === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(first)
    },
    [Symbol.asyncDispose]() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
