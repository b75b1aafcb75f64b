// PostgreSQL keeps any character but NUL. NUL becomes two others, of which the first stands for itself no more. Tokens
// hold neither, so stored values read as they are.
const mark = '\u0001'

/** Injective, and it keeps prefixes: one text begins with another exactly if their stored forms do. */
export function toStored(text: string): string {
  return text.replaceAll(mark, `${mark}1`).replaceAll('\0', `${mark}0`)
}

export function fromStored(stored: string): string {
  return stored.replaceAll(`${mark}0`, '\0').replaceAll(`${mark}1`, mark)
}

/** The first text, in the order of code points, that comes after everything with this prefix; `null`: there is none. */
export function endOfPrefix(prefix: string): string | null {
  const points = Array.from(prefix, (char) => char.codePointAt(0) ?? 0)
  while (points.at(-1) === 0x10ffff) points.pop()
  const last = points.pop()
  if (last === undefined) return null
  // Surrogates are no characters.
  return String.fromCodePoint(...points, last === 0xd7ff ? 0xe000 : last + 1)
}
