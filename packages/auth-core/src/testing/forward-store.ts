import type { Store } from '../store.ts'

/** Passes every step on, whatever the store is made of; the ground for decorators to build on. */
export function forwardStore(store: Store): Store {
  return {
    durability: store.durability,
    read: (key) => store.read(key),
    write: (key, value, options) => store.write(key, value, options),
    remove: (key, options) => store.remove(key, options),
    list: (prefix, options) => store.list(prefix, options),
    ...(store.subscribe && { subscribe: (key, listener) => store.subscribe?.(key, listener) ?? ignore }),
  }
}

function ignore(): void {}
