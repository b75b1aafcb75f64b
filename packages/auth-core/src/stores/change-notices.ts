/** In-process change notices, shared by the stores. */
export interface ChangeNotices {
  subscribe(key: string, listener: () => void): () => void
  notify(key: string): void
}

/**
 * Creates the list of listeners of one store. Each listener runs in a microtask of its own: what it throws reaches
 * the runtime as an uncaught error and never the write that it was told of.
 */
export function createChangeNotices(): ChangeNotices {
  const listenersByKey = new Map<string, Set<() => void>>()
  return {
    subscribe(key, listener) {
      // A wrapper, so that subscribing one function twice gives two subscriptions with two ends.
      const call = (): void => listener()
      const listeners = listenersByKey.get(key) ?? new Set()
      listenersByKey.set(key, listeners.add(call))
      return () => {
        listeners.delete(call)
        if (listeners.size === 0 && listenersByKey.get(key) === listeners) listenersByKey.delete(key)
      }
    },
    notify(key) {
      const listeners = listenersByKey.get(key)
      if (!listeners) return
      for (const call of listeners) queueMicrotask(() => listeners.has(call) && call())
    },
  }
}
