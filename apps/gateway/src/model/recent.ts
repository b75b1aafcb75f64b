/** What was used last, so many at most. */
export interface Recent<T> {
  get(name: string): T | undefined
  set(name: string, value: T): void
  delete(name: string): void
  values(): Iterable<T>
}

/** Creates an empty one. `dropped` is told of each that is replaced, or that had to make room. */
export function createRecent<T>(atMost: number, dropped: (value: T) => void = () => undefined): Recent<T> {
  const values = new Map<string, T>()

  function drop(name: string): void {
    const value = values.get(name)
    if (value !== undefined && values.delete(name)) dropped(value)
  }

  return {
    get(name) {
      const value = values.get(name)
      // To the end of the line.
      if (value !== undefined && values.delete(name)) values.set(name, value)
      return value
    },
    set(name, value) {
      drop(name)
      values.set(name, value)
      const [oldest] = values.keys()
      if (values.size > atMost && oldest !== undefined) drop(oldest)
    },
    delete: drop,
    values: () => values.values(),
  }
}
