/** Text that is HTML already. */
export interface Html {
  readonly markup: string
}

/** What may stand in a template: text, which is escaped, HTML, a list of it, or nothing. */
type Part = string | Html | readonly Html[] | undefined

/** Makes HTML of a template; text put into it stays text, in elements and in quoted attributes. */
export function html(literals: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const written = literals.map((literal, index) => literal + markupOf(parts[index]))
  return { markup: written.join('') }
}

function markupOf(part: Part): string {
  if (part === undefined) return ''
  if (typeof part === 'string') return part.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
  return 'markup' in part ? part.markup : part.map(({ markup }) => markup).join('')
}
