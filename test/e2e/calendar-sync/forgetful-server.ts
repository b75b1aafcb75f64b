import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Sandbox } from '@grantkit/sandbox'

export interface ForgetfulServer {
  readonly origin: string
  /** Answers that were not sent. */
  dropped(): number
  close(): Promise<void>
}

/** Puts a sandbox on a socket that breaks the connection instead of one answer in so many, most of them after the work was done. */
export async function startForgetfulServer(sandbox: Sandbox, share: number): Promise<ForgetfulServer> {
  let dropped = 0
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readAll(request)
    const isDropped = Math.random() < share
    if (isDropped) dropped += 1
    const isProcessed = !isDropped || Math.random() < 0.8
    const told = isProcessed ? await forward(sandbox, request, body) : undefined
    if (isDropped || told === undefined) {
      response.destroy()
      return
    }
    response.writeHead(told.status, Object.fromEntries(told.headers))
    response.end(Buffer.from(await told.arrayBuffer()))
  }
  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    dropped: () => dropped,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function forward(sandbox: Sandbox, { method = 'GET', headers, url }: IncomingMessage, body: Buffer): Promise<Response> {
  const init = { method, headers: new Headers(headers as Record<string, string>) }
  const sent = body.length === 0 ? init : { ...init, body: new Uint8Array(body) }
  return sandbox.fetch(`https://www.googleapis.com${url}`, sent)
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
