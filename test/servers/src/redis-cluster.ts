import { Redis } from 'ioredis'
import { freePort } from './free-port.ts'
import { startRedis, type RedisServer } from './redis-server.ts'

/** Three primaries that share the 16,384 slots. */
export interface RedisCluster {
  readonly nodes: readonly RedisServer[]
  /** Asks one node. */
  ask(node: number, command: string, ...args: readonly (string | number)[]): Promise<unknown>
  /** Moves the slot of a key to the next node while it is in use, key by key, as a resharding does. */
  moveSlotOf(key: string): Promise<void>
  remove(): Promise<void>
}

const slots = 16_384

export async function startRedisCluster(): Promise<RedisCluster> {
  const nodes = await Promise.all(Array.from({ length: 3 }, startNode))
  const links = nodes.map(({ port }) => new Redis(port))
  const ask: RedisCluster['ask'] = (node, command, ...args) => links[node]!.call(command, ...args.map(String))
  const removeAll = async (): Promise<void> => {
    for (const link of links) link.disconnect()
    await Promise.all(nodes.map((node) => node.remove()))
  }
  const ids = await join(nodes, ask).catch(async (error: unknown) => {
    await removeAll()
    throw error
  })

  const move = async (slot: number, from: number, to: number): Promise<void> => {
    await ask(to, 'CLUSTER', 'SETSLOT', slot, 'IMPORTING', ids[from]!)
    await ask(from, 'CLUSTER', 'SETSLOT', slot, 'MIGRATING', ids[to]!)
    for (;;) {
      const keys = (await ask(from, 'CLUSTER', 'GETKEYSINSLOT', slot, 10)) as string[]
      if (keys.length === 0) break
      await ask(from, 'MIGRATE', '127.0.0.1', nodes[to]!.port, '', 0, 5000, 'KEYS', ...keys)
    }
    for (const at of [to, from]) await ask(at, 'CLUSTER', 'SETSLOT', slot, 'NODE', ids[to]!)
    await Promise.all(
      nodes.map((_, at) => ask(at, 'CLUSTER', 'SETSLOT', slot, 'NODE', ids[to]!).catch(() => undefined)),
    )
  }
  return {
    nodes,
    ask,
    async moveSlotOf(key) {
      const slot = Number(await ask(0, 'CLUSTER', 'KEYSLOT', key))
      const holds = await Promise.all(nodes.map(async (_, at) => ownsSlot(await ask(at, 'CLUSTER', 'NODES'), slot)))
      const from = holds.indexOf(true)
      await move(slot, from, (from + 1) % nodes.length)
    },
    remove: removeAll,
  }
}

/** Makes one cluster of the nodes and gives their ids. */
async function join(nodes: readonly Node[], ask: RedisCluster['ask']): Promise<string[]> {
  const ids = (await Promise.all(nodes.map((_, at) => ask(at, 'CLUSTER', 'MYID')))) as string[]
  const firstSlot = (at: number): number => Math.floor((at * slots) / nodes.length)
  await Promise.all(nodes.map((_, at) => ask(at, 'CLUSTER', 'ADDSLOTSRANGE', firstSlot(at), firstSlot(at + 1) - 1)))
  for (const { port, busPort } of nodes.slice(1)) await ask(0, 'CLUSTER', 'MEET', '127.0.0.1', port, busPort)
  await Promise.all(nodes.map((_, at) => until(async () => isReady(`${await ask(at, 'CLUSTER', 'INFO')}`))))
  return ids
}

interface Node extends RedisServer {
  readonly busPort: number
}

async function startNode(): Promise<Node> {
  // By default the bus port is 10,000 above the port, which may be beyond the last port.
  const busPort = await freePort()
  const settings = { 'cluster-enabled': 'yes', 'cluster-port': `${busPort}`, appendfsync: 'no' }
  return { ...(await startRedis(settings)), busPort }
}

function isReady(info: string): boolean {
  return info.includes('cluster_state:ok') && info.includes('cluster_known_nodes:3')
}

/** Reads the line of the node that was asked: https://redis.io/docs/latest/commands/cluster-nodes/. */
function ownsSlot(nodes: unknown, slot: number): boolean {
  const line = String(nodes)
    .split('\n')
    .find((each) => each.includes('myself'))
  const ranges = (line?.split(' ').slice(8) ?? []).filter((range) => !range.startsWith('['))
  return ranges.some((range) => {
    const [first = -1, last = first] = range.split('-').map(Number)
    return slot >= first && slot <= last
  })
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const giveUpMs = performance.now() + 20_000
  while (!(await holds())) {
    if (performance.now() > giveUpMs) throw new Error('The cluster did not get ready within 20 s.')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
