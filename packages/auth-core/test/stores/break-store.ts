import type { Store } from '../../src/store.ts'
import { listAll } from '../../src/testing/store-suite/subject.ts'

/** Gives what is different in a broken store. */
export type BreakStore = (store: Store) => Partial<Store>
type Write = Store['write']
type Answer = Awaited<ReturnType<Store['read']>>

/** A store whose keys go through a function that is not injective. */
export const withKeys = (change: (key: string) => string): BreakStore => {
  return (store) => ({
    read: (key) => store.read(change(key)),
    write: (key, value, options) => store.write(change(key), value, options),
    remove: (key, options) => store.remove(change(key), options),
    subscribe: (key, listener) => store.subscribe?.(change(key), listener) ?? (() => undefined),
  })
}
export const withValues = (change: (value: string) => string): BreakStore => {
  return (store) => ({ write: (key, value, options) => store.write(key, change(value), options) })
}
export const withAnswers = (change: (answer: Answer, key: string) => Answer): BreakStore => {
  return (store) => ({ read: async (key) => change(await store.read(key), key) })
}
export const withList = (matches: (key: string, prefix: string) => boolean): BreakStore => {
  return (store) => ({
    async list(prefix) {
      const keys = await listAll(store, '')
      return { keys: keys.filter((key) => matches(key, prefix)) }
    },
  })
}
/** A store that checks and then writes, as code without conditional writes does. */
export const withTwoSteps = (condition: (present: string | null, wanted: string | null) => boolean): BreakStore => {
  return (store) => {
    const versionOf = async (key: string): Promise<string | null> => (await store.read(key)).entry?.version ?? null
    const put: Write = async (key, value, options) => {
      const result = await store.write(key, value, { ...options, ifVersion: await versionOf(key) })
      return result === 'conflict' ? put(key, value, options) : result
    }
    return {
      write: async (key, value, options) =>
        condition(await versionOf(key), options.ifVersion) ? put(key, value, options) : 'conflict',
    }
  }
}
/** A store that makes versions of its own, as `make` says. */
export const withVersions = (make: (value: string, key: string, count: number) => string): BreakStore => {
  return (store) => {
    const own = new Map<string, string>()
    const counts = new Map<string, number>()
    const real = async (key: string, ifVersion: string | null): Promise<string | null> => {
      const { entry } = await store.read(key)
      if (!entry || ifVersion === null) return ifVersion
      return own.get(key) === ifVersion ? entry.version : 'none'
    }
    return {
      async read(key) {
        const answer = await store.read(key)
        return answer.entry ? { ...answer, entry: { ...answer.entry, version: own.get(key) ?? '' } } : answer
      },
      async write(key, value, options) {
        const result = await store.write(key, value, { ...options, ifVersion: await real(key, options.ifVersion) })
        if (result === 'conflict') return result
        const count = options.ifVersion === null ? 0 : (counts.get(key) ?? 0) + 1
        counts.set(key, count)
        own.set(key, make(value, key, count))
        return { version: own.get(key) ?? '' }
      },
      async remove(key, { ifVersion }) {
        return store.remove(key, { ifVersion: (await real(key, ifVersion)) ?? '' })
      },
    }
  }
}
