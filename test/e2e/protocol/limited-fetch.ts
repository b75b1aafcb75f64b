import type { Fetch } from '@grantkit/auth-core'

/** Lets so many requests be under way at once; the others wait in line. */
export function limitedFetch(next: Fetch, sockets: number): Fetch {
  const line: (() => void)[] = []
  let free = sockets
  return async (input, init) => {
    if (free > 0) free--
    else await new Promise<void>((resolve) => line.push(resolve))
    try {
      return await next(input, init)
    } finally {
      const first = line.shift()
      if (first === undefined) free++
      else first()
    }
  }
}
