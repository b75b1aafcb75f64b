import { describe } from 'vitest'

/** Defines the named groups of a suite and leaves the others out. */
export function describeOnly(...wanted: readonly string[]): (name: string, define: () => void) => void {
  return (name, define) => void (wanted.includes(name) && describe(name, define))
}
