import { AuthError } from '../errors.ts'
import { strangeAnswer } from './redis-errors.ts'
import type { RunScript } from './redis-run.ts'
import { serverScript } from './redis-scripts.ts'

/**
 * Refuses a server that would lose grants by itself; asks the one that holds `routingKey`. `provesPersistence`: nobody
 * said how durable it is, so it has to show its append-only file.
 */
export async function checkServer(
  run: RunScript,
  routingKey: string,
  { provesPersistence }: { provesPersistence: boolean },
): Promise<void> {
  const [memory, persistence, replication] = await run(serverScript, [routingKey], [])
  if (memory == null || persistence == null || replication == null) throw strangeAnswer()
  const facts = { memory, persistence, replication }
  const denied = Object.entries(facts).find(([, answer]) => answer.startsWith('denied:'))?.[0]
  if (denied !== undefined)
    refuse(`The Redis user may not run INFO ${denied}, which the store has to look at. Allow it.`)
  if (fieldOf(facts.replication, 'role') === 'slave') {
    throw new AuthError('store_read_only', 'The Redis server is a replica; what it reads may be old. Name the primary.')
  }
  const policy = fieldOf(facts.memory, 'maxmemory_policy')
  if (policy !== 'noeviction') {
    refuse(`The Redis server evicts keys when memory is short (maxmemory-policy ${policy}). Set it to noeviction.`)
  }
  if (provesPersistence && fieldOf(facts.persistence, 'aof_enabled') !== '1') {
    refuse(
      'The Redis server has no append-only file: a crash loses the last writes. Set appendonly to yes, or say what ' +
        'the server survives with the option `durability`.',
    )
  }
}

/** Fields of INFO: https://redis.io/docs/latest/commands/info/. */
function fieldOf(section: string, name: string): string {
  const line = section.split('\r\n').find((each) => each.startsWith(`${name}:`))
  return line?.slice(name.length + 1) ?? 'unknown'
}

function refuse(message: string): never {
  throw new AuthError('store_not_set_up', message)
}
