// A server that answers every request with the same small JSON; asked anything, it tells its origin.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerParent } from '../child.ts'

const body = JSON.stringify({ items: [] })
const server = createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body)
})
const listening = once(server.listen(0, '127.0.0.1'), 'listening')

answerParent(async () => {
  await listening
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
