import { checkOptions } from '../check-options.ts'
import { AuthError } from '../errors.ts'
import type { Durability, Store } from '../store.ts'
import { createChangeNotices } from './change-notices.ts'
import { createRedisEntries } from './redis-entries.ts'
import { redisError } from './redis-errors.ts'
import { createRedisIndex } from './redis-index.ts'
import { redisKeys } from './redis-keys.ts'
import { createScriptRunner, type SendCommand } from './redis-run.ts'
import { checkServer } from './redis-server.ts'

export type { SendCommand } from './redis-run.ts'

export interface RedisStoreOptions {
  /**
   * Sends one command and resolves to its reply, text as strings: `(args) => redis.call(...args)` with ioredis,
   * `(args) => client.sendCommand(args)` with node-redis. Every command is an `EVALSHA` or `EVAL`; its first key, which
   * cluster clients route by, is `args[3]`.
   */
  readonly sendCommand: SendCommand
  /** Begins every key and the channel of change notices; `grantkit:` by default. Without braces. */
  readonly prefix?: string
  /**
   * What the server survives, if you know better than `INFO` tells: `durable` with `appendfsync always`, `volatile`
   * without persistence. By default it is `crash-safe`, and a server without append-only file is refused. (With
   * `appendfsync everysec`, a server whose disk is too slow may hold up to 2 s of writes back, and lose them in a crash:
   * https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/.)
   */
  readonly durability?: Durability
  /**
   * Subscribes to a channel, on a connection of its own, so that changes by other processes are noticed at once:
   * `(channel, onMessage) => subscriber.subscribe(channel, onMessage)` with node-redis. A hint; lost messages cost time
   * only.
   */
  readonly subscribe?: (channel: string, onMessage: (message: string) => void) => unknown
}

/** A year 4,000 or so: larger numbers are refused by the server in the middle of a step. */
const longestExpiryMs = 2 ** 46

/**
 * Creates a store on a Redis or Valkey server, 6.2 or newer, or a cluster. Each step is one script on the server, with
 * the server's time; a command that the client repeats because its answer was lost is recognised for 2 minutes, and
 * 4,000 later steps on its entry. Entries have no time to live unless asked for.
 *
 * Replication is asynchronous: a fail-over can lose the last writes, also a claim or a rotated token that was
 * acknowledged. In a cluster the settings of all nodes have to be alike; one is looked at. A `list` is as complete as
 * its index, which lies in one slot of its own.
 *
 * Fails with `store_not_set_up` (evicting memory policy, no append-only file, refused user), `store_read_only` (a
 * replica), `store_busy`, `store_value_invalid` (foreign keys under the prefix), `store_failed` and `invalid_option`.
 */
export function createRedisStore(options: RedisStoreOptions): Store {
  const { sendCommand, prefix, durability, subscribe } = validOptions(options)
  const keys = redisKeys(prefix)
  const run = createScriptRunner(sendCommand)
  const index = createRedisIndex(run, keys)
  const entries = createRedisEntries(run, keys, index)
  const notices = createChangeNotices()
  let checked: Promise<void> | undefined
  let listening: Promise<unknown> | undefined

  const step = async <T>(routingKey: string, work: () => Promise<T>): Promise<T> => {
    try {
      await (checked ??= checkServer(run, routingKey, { provesPersistence: durability === undefined }))
      return await work()
    } catch (error) {
      // Whoever answers next may be another server, or the same with other settings.
      checked = undefined
      throw redisError(error)
    }
  }
  const onEntry = <T>(key: string, work: () => Promise<T>): Promise<T> => step(keys.entry(key), work)
  // A subscription that fails is tried again by the next subscriber.
  const listen = async (): Promise<void> => {
    listening ??= Promise.resolve(subscribe?.(keys.channel, notices.notify))
    await listening
  }

  return {
    durability: durability ?? 'crash-safe',
    async read(key) {
      refuseHalfPairs(key)
      return onEntry(key, () => entries.read(key))
    },
    async write(key, value, { ifVersion, expiresInMs }) {
      refuseHalfPairs(key, value, ifVersion ?? '')
      const expiry = expiryText(expiresInMs)
      const result = await onEntry(key, () =>
        ifVersion === null ? entries.create(key, value, expiry) : entries.replace(key, value, expiry, ifVersion),
      )
      if (result !== 'conflict') notices.notify(key)
      return result
    },
    async remove(key, { ifVersion }) {
      refuseHalfPairs(key, ifVersion)
      const result = await onEntry(key, () => entries.remove(key, ifVersion))
      if (result !== 'conflict') notices.notify(key)
      return result
    },
    async list(prefixOfKeys, { cursor = '' } = {}) {
      refuseHalfPairs(prefixOfKeys, cursor)
      return step(keys.index[0], () => index.page(prefixOfKeys, cursor))
    },
    subscribe(key, listener) {
      listen().catch(() => (listening = undefined))
      return notices.subscribe(key, listener)
    },
  }
}

function validOptions(options: RedisStoreOptions): RedisStoreOptions & { prefix: string } {
  checkOptions('createRedisStore', options, ['sendCommand', 'prefix', 'durability', 'subscribe'])
  const { sendCommand, prefix = 'grantkit:', durability, subscribe } = options
  if (typeof sendCommand !== 'function') refuse('createRedisStore needs a function `sendCommand`.')
  if (typeof prefix !== 'string' || /[{}]/.test(prefix)) refuse('`prefix` is a text without braces.')
  if (durability !== undefined && !['durable', 'crash-safe', 'volatile'].includes(durability)) {
    refuse("`durability` is 'durable', 'crash-safe' or 'volatile'.")
  }
  if (subscribe !== undefined && typeof subscribe !== 'function') refuse('`subscribe` is a function.')
  refuseHalfPairs(prefix)
  return { ...options, prefix }
}

function expiryText(expiresInMs: number | undefined): string {
  if (expiresInMs === undefined) return ''
  if (!Number.isFinite(expiresInMs)) refuse('`expiresInMs` is a number of milliseconds.')
  return `${Math.min(Math.ceil(expiresInMs), longestExpiryMs)}`
}

/** A lone surrogate has no UTF-8: two texts with different ones would become the same. */
function refuseHalfPairs(...texts: readonly string[]): void {
  if (texts.every((text) => text.isWellFormed())) return
  refuse('A store key, value, version or cursor holds half a surrogate pair.')
}

function refuse(message: string): never {
  throw new AuthError('invalid_option', message)
}
