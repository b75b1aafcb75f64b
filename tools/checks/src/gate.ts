import type { Workspace } from './workspace.ts'

/** One thing that is wrong: where, what, and what to do. */
export interface Finding {
  readonly where: string
  readonly problem: string
  readonly fix?: string
}

/** What a gate found. It passes when there are no findings. */
export interface GateResult {
  /** What was looked at, with numbers: `12 packages, 340 imports`. */
  readonly summary: string
  /** Lines worth reading on success too, such as sizes. */
  readonly details?: readonly string[]
  readonly findings: readonly Finding[]
  /** What an outside tool printed; shown only when the gate fails. */
  readonly output?: string
}

/** A named check of the repository; `pnpm <script>` runs it alone. */
export interface Gate {
  readonly name: string
  readonly script: string
  /** One sentence: what holds when this gate passes. */
  readonly holds: string
  run(workspace: Workspace): Promise<GateResult>
}
