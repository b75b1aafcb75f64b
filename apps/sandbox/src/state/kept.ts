import { isObject } from '../check-option.ts'

/** A part of the sandbox that keeps something from call to call. */
export interface Kept {
  /** Returns what it keeps: data, which may hold Maps, Sets and collections, and share objects with other parts. */
  save(): unknown
  /** Takes over what `save` returned. */
  load(saved: unknown): void
  /** Goes back to where it was at the start. */
  reset(): void
}

/** Makes one part of several. */
export function keepTogether(parts: Readonly<Record<string, Kept>>): Kept {
  const each = Object.entries(parts)
  return {
    save: () => Object.fromEntries(each.map(([name, part]) => [name, part.save()])),
    load(saved) {
      for (const [name, part] of each) {
        if (!isObject(saved) || !(name in saved)) throw new TypeError(`There is no ${name}.`)
        part.load(saved[name])
      }
    },
    reset() {
      for (const [, part] of each) part.reset()
    },
  }
}
