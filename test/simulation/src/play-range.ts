import { addCoverage } from './coverage.ts'
import { generateScenario } from './generate.ts'
import type { Mistake } from './mistake.ts'
import { play } from './play.ts'

export interface RangeResult {
  readonly histories: number
  readonly coverage: Map<string, number>
  /** Seeds whose histories break something, with what they break. */
  readonly failures: readonly { readonly seed: number; readonly violations: readonly string[] }[]
}

export interface RangeOptions {
  readonly first: number
  readonly histories: number
  readonly mistake?: Mistake
  /** Ends the run early. */
  readonly isEnough?: (violations: readonly string[]) => boolean
}

/** Histories share nothing; played side by side they share the turns of the event loop, of which each needs many. */
const sideBySide = 16

/** Plays the histories of consecutive seeds. */
export async function playRange({ first, histories, mistake = {}, isEnough }: RangeOptions): Promise<RangeResult> {
  const coverage = new Map<string, number>()
  const failures: { seed: number; violations: readonly string[] }[] = []
  let next = first
  let isOver = false

  async function playOn(): Promise<void> {
    while (next < first + histories && !isOver) {
      const seed = next++
      const played = await play(generateScenario(seed), { mistake })
      addCoverage(coverage, played.coverage)
      if (played.violations.length === 0) continue
      failures.push({ seed, violations: played.violations })
      isOver ||= isEnough?.(played.violations) === true
    }
  }

  await Promise.all(Array.from({ length: sideBySide }, playOn))
  return { histories: next - first, coverage, failures: failures.toSorted((a, b) => a.seed - b.seed) }
}
