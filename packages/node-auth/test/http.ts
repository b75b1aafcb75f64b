import { request, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http'
import { createServer } from 'node:net'

/** A port nobody holds at this moment, below those that systems give to connections of other tests meanwhile. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000)
    if (await isFree(port)) return port
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  const { promise, resolve } = Promise.withResolvers<boolean>()
  server.once('error', () => resolve(false))
  server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  return await promise
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** Sends one request to a loopback port, with headers that fetch would not let through. */
export async function send(
  port: number,
  path: string,
  options: { method?: string; headers?: OutgoingHttpHeaders; address?: string } = {},
): Promise<Answer> {
  const { method = 'GET', headers, address = '127.0.0.1' } = options
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  const outgoing = request(
    { host: address, port, path, method, headers: { host: `localhost:${port}`, ...headers }, agent: false },
    (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => (body += chunk))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
    },
  )
  outgoing.on('error', reject)
  outgoing.end()
  return await promise
}
