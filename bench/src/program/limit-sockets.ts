import http from 'node:http'
import { Agent, setGlobalDispatcher } from 'undici'

/** Lets fetch, and what is built on node:http, open so many sockets at most: thousands of callers would need as many. */
export function limitSockets(sockets: number | undefined): void {
  if (sockets === undefined) return
  setGlobalDispatcher(new Agent({ connections: sockets }))
  http.globalAgent.maxSockets = sockets
}
