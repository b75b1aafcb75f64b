/** What a change means for those who use the API's package, the least first. */
export const bumps = ['patch', 'minor', 'major'] as const
export type Bump = (typeof bumps)[number]

/** One thing that two documents say differently. */
export interface Change {
  readonly kind: 'added' | 'removed' | 'changed'
  /** major: code that compiled or worked may stop to. minor: there is something new. patch: words and limits only. */
  readonly bump: Bump
  /** An operation or a schema, and what of it: `listThings query limit`, `Thing.kind`. */
  readonly where: string
  readonly what: string
}

/** The bump that all changes together ask for; nothing without a change. */
export function bumpOf(changes: readonly Change[]): Bump | undefined {
  return bumps.findLast((bump) => changes.some((change) => change.bump === bump))
}
