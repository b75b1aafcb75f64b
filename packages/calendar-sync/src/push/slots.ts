/** Lets so many run at once; the others wait in the order they came. */
export interface Slots {
  run<T>(work: () => Promise<T>): Promise<T>
}

export function createSlots(count: number): Slots {
  let free = count
  const queue: (() => void)[] = []
  return {
    async run(work) {
      if (free > 0) free -= 1
      else await new Promise<void>((resolve) => queue.push(resolve))
      try {
        return await work()
      } finally {
        const next = queue.shift()
        // Handed on, so that nobody who comes now is faster than those who wait.
        if (next === undefined) free += 1
        else next()
      }
    },
  }
}
