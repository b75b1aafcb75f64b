import { parseArgs } from 'node:util'
import type { Bench } from './bench.ts'

export interface Arguments {
  readonly benches: readonly Bench[]
  /** Little of everything, only to see that it works. */
  readonly quick: boolean
  /** Also writes RESULTS.md. */
  readonly write: boolean
}

/** Reads the command line, or says what is wrong with it. */
export function readArguments(
  args: readonly string[],
  known: readonly Bench[],
): Arguments | { readonly problem: string } {
  const options = { quick: { type: 'boolean' }, write: { type: 'boolean' } } as const
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true })
    const unknown = positionals.filter((name) => !known.some((bench) => bench.name === name))
    if (unknown.length > 0) return { problem: `There is no bench "${unknown[0]}".` }
    const { quick = false, write = false } = values
    if (write && (quick || positionals.length > 0)) return { problem: '--write goes with a full run only.' }
    const chosen = known.filter(({ name }) => positionals.length === 0 || positionals.includes(name))
    return { benches: chosen, quick, write }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}
