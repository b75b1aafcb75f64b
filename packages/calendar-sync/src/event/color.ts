/** By the priority of the category: Tomato, Blueberry, Basil, Banana, Graphite. */
const colors: Readonly<Record<number, string>> = { 5: '11', 4: '9', 3: '10', 2: '5', 1: '8' }

/** Lavender. */
const otherColor = '1'

/** Gives the id of Google's event colour for a priority from 1 to 5, and `1` for any other. */
export function colorFor(priority: number | undefined): string {
  return colors[priority ?? 0] ?? otherColor
}
