/** Runs `work` when all earlier work on the same key has ended; work on other keys runs meanwhile. */
export type InTurn = <T>(key: string, work: () => Promise<T>) => Promise<T>

/** Creates lines that work stands in, one a key. Work that fails holds up nobody behind it. */
export function createInTurn(): InTurn {
  const last = new Map<string, Promise<unknown>>()
  return (key, work) => {
    const result = (last.get(key) ?? Promise.resolve()).then(work)
    const ended = result
      .catch(() => undefined) // its caller gets the error
      .then(() => {
        if (last.get(key) === ended) last.delete(key)
      })
    last.set(key, ended)
    return result
  }
}
