import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startChildServer, type ChildServer, type Program } from './child-server.ts'
import { freePort } from './free-port.ts'

export interface RedisServer {
  readonly port: number
  /** Where its data lies. */
  readonly folder: string
  /** Starts the server again on its port and its data. */
  start(): Promise<void>
  stop(signal?: NodeJS.Signals): Promise<void>
  /** Ends the server and forgets its data. */
  remove(): Promise<void>
}

export const redisServer: Program = { name: 'redis-server', debianPackage: 'redis-server' }

/** As a careful operator would set it up: append-only file, no eviction. */
const careful = { appendonly: 'yes', appendfsync: 'always', save: '', 'maxmemory-policy': 'noeviction' }

/** Starts a Redis server of its own on loopback. */
export async function startRedis(settings: Readonly<Record<string, string>> = {}): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'grantkit-redis-'))
  const port = await freePort()
  const all = { ...careful, bind: '127.0.0.1', port: `${port}`, dir: folder, ...settings }
  const args = Object.entries(all).flatMap(([name, value]) => [`--${name}`, ...value.split(' ')])
  let child: ChildServer | undefined
  const server: RedisServer = {
    port,
    folder,
    async start() {
      child = await startChildServer({ program: redisServer, args, ready: 'Ready to accept connections' })
    },
    async stop(signal = 'SIGKILL') {
      await child?.stop(signal)
      child = undefined
    },
    async remove() {
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
  await server.start()
  return server
}
