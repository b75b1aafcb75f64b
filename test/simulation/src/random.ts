/** A seeded stream of numbers: the same seed gives the same numbers on every machine. */
export interface Random {
  /** From 0 to below 1. */
  next(): number
  /** A whole number from `from` to `to`, both included. */
  between(from: number, to: number): number
  chance(probability: number): boolean
  pick<T>(choices: readonly T[]): T
}

/** Creates a stream (mulberry32: 32 bits of state, enough for choices, far from enough for secrets). */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const between = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1))
  return {
    next,
    between,
    chance: (probability) => next() < probability,
    pick: (choices) => choices[between(0, choices.length - 1)] as never,
  }
}

/** Derives the seed of a stream of its own, so that what one part draws does not move what another draws. */
export function deriveSeed(seed: number, name: string): number {
  let derived = seed ^ 0x9e3779b9
  for (let at = 0; at < name.length; at++) derived = Math.imul(derived ^ name.charCodeAt(at), 0x01000193)
  return derived >>> 0
}
