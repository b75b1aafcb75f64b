import type { Reading } from './grant-store.ts'
import { createView, isChange, isOutdated, isSuperseded, type GrantView } from './grant-view.ts'

/** What this process last saw of a grant, and who wants to know when that changes. */
export interface GrantCopy {
  view(): GrantView | undefined
  /** Takes a reading over unless something newer is known. `unsaved`: the store does not hold it yet. */
  adopt(reading: Reading, unsaved?: boolean): void
  /** Reads the store; all who ask meanwhile share the reading. */
  reload(): Promise<Reading>
  /** Gives the newest view there is: after a reading, or of tokens that only this process holds. */
  current(): Promise<GrantView>
  subscribe(listener: () => void): () => void
  isObserved(): boolean
}

/** Creates an empty copy; `seen` is told of each view that is taken over. */
export function createGrantCopy(read: () => Promise<Reading>, seen: (view: GrantView) => void): GrantCopy {
  const listeners = new Set<() => void>()
  let view: GrantView | undefined
  let reloading: Promise<Reading> | undefined

  function adopt(reading: Reading, unsaved = false): void {
    if (unsaved ? isSuperseded(reading, view) : isOutdated(reading, view)) return
    const before = view
    view = createView(reading, unsaved, before)
    seen(view)
    if (isChange(before, view)) for (const listener of listeners) listener()
  }

  function reload(): Promise<Reading> {
    reloading ??= read()
      .then((reading) => {
        adopt(reading)
        return reading
      })
      .finally(() => {
        reloading = undefined
      })
    return reloading
  }

  async function current(): Promise<GrantView> {
    try {
      const reading = await reload()
      return view ?? createView(reading, false, undefined)
    } catch (error) {
      // While the store is away, tokens that only this process holds are the newest there are.
      if (view?.unsaved) return view
      throw error
    }
  }

  return {
    view: () => view,
    adopt,
    reload,
    current,
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    isObserved: () => listeners.size > 0,
  }
}
