import { AuthError } from '../errors.ts'
import type { Store, StoreEntry } from '../store.ts'
import { strangeAnswer } from './redis-errors.ts'
import type { RedisIndex } from './redis-index.ts'
import type { RedisKeys } from './redis-keys.ts'
import type { RunScript } from './redis-run.ts'
import { readScript, removeScript, writeScript } from './redis-scripts.ts'

type Written = Awaited<ReturnType<Store['write']>>

/** The steps on one entry. Each is one script; a creation and a removal also tell the index, before and after. */
export interface RedisEntries {
  read(key: string): Promise<{ nowMs: number; entry?: StoreEntry }>
  create(key: string, value: string, expiry: string): Promise<Written>
  replace(key: string, value: string, expiry: string, ifVersion: string): Promise<Written>
  remove(key: string, ifVersion: string): Promise<'removed' | 'conflict'>
}

export function createRedisEntries(run: RunScript, keys: RedisKeys, index: RedisIndex): RedisEntries {
  return {
    async read(key) {
      const [nowMs, value, version] = await run(readScript, [keys.entry(key)], [])
      if (typeof nowMs !== 'string') throw strangeAnswer()
      const found = typeof value === 'string' && typeof version === 'string'
      return { nowMs: Number(nowMs), ...(found && { entry: { value, version } }) }
    },
    async create(key, value, expiry) {
      const version = crypto.randomUUID()
      const { birth, stale } = await index.enter(key, version, expiry)
      const args = [value, version, '', expiry, birth, keys.channel, key]
      const [done, present] = await run(writeScript, [keys.entry(key), keys.past(key)], args)
      await index.tidy(stale)
      if (done === 'applied') return { version }
      if (done === 'late') throw new AuthError('store_failed', 'Creating an entry took too long; nothing was done.')
      // Equal: the client has repeated a command that was applied too long ago to be remembered.
      if (present !== birth) await index.leave({ key, birth })
      return 'conflict'
    },
    async replace(key, value, expiry, ifVersion) {
      const version = crypto.randomUUID()
      const args = [value, version, ifVersion, expiry, '', keys.channel, key]
      const [done] = await run(writeScript, [keys.entry(key), keys.past(key)], args)
      return done === 'applied' ? { version } : 'conflict'
    },
    async remove(key, ifVersion) {
      const args = [crypto.randomUUID(), ifVersion, keys.channel, key]
      const [done, birth] = await run(removeScript, [keys.entry(key), keys.past(key)], args)
      if (done !== 'removed') return 'conflict'
      if (typeof birth === 'string') await index.leave({ key, birth })
      return 'removed'
    },
  }
}
