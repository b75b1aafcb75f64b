import { bumpOf, bumps, type Change } from './change.ts'

const signs = { added: '+', removed: '-', changed: '~' } as const

/** Says for people what changed, in groups by weight, and which bump it means. */
export function describeChanges(changes: readonly Change[]): string {
  const bump = bumpOf(changes)
  if (bump === undefined) return 'Nothing changed.\n'
  const count = changes.length === 1 ? 'One change' : `${changes.length} changes`
  const groups = bumps.toReversed().flatMap((weight) => {
    const lines = changes.filter((change) => change.bump === weight).map(lineOf)
    return lines.length === 0 ? [] : [`\n${weight}\n${lines.join('')}`]
  })
  return `${count}: ${bump}\n${groups.join('')}`
}

function lineOf({ kind, where, what }: Change): string {
  return `  ${signs[kind]} ${where}: ${kind === 'changed' ? '' : `${kind} `}${what}\n`
}

/** The same for programs. */
export function changesAsJson(changes: readonly Change[]): string {
  return `${JSON.stringify({ bump: bumpOf(changes) ?? 'none', changes }, null, 2)}\n`
}
