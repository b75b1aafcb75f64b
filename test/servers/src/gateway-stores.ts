import { startPostgres } from './postgres-server.ts'
import { startRedis } from './redis-server.ts'

/** A server that gateways share. */
export interface SharedStore {
  readonly port: number
  /** Where its data lies. */
  readonly folder: string
  /** How a gateway names it. */
  url(port?: number): string
  start(): Promise<void>
  /** Ends the server; what it had acknowledged stays. */
  stop(): Promise<void>
  remove(): Promise<void>
}

/** The stores that several gateways can share. */
export const sharedStores: Readonly<Record<string, () => Promise<SharedStore>>> = {
  async redis() {
    const server = await startRedis()
    const url = (port = server.port): string => `redis://127.0.0.1:${port}/0`
    return { ...server, url, stop: () => server.stop('SIGKILL') }
  },
  async postgres() {
    const server = await startPostgres({ max_connections: '100' })
    const url = (port = server.port): string => `postgres://postgres@127.0.0.1:${port}/postgres`
    return { ...server, url, stop: () => server.stop('SIGINT') }
  },
}
